import {
  Archive,
  Gauge,
  KeyRound,
  RadioTower,
  ScrollText,
  Server,
  ShieldAlert,
  Users,
  type LucideIcon,
} from 'lucide-react'

interface AdminView {
  /** Under `/admin/`. */
  path: string
  label: string
  icon: LucideIcon
}

/** The views of the admin panel, as its navigation lists them. */
export const ADMIN_VIEWS: AdminView[] = [
  { path: 'overview', label: 'Overview', icon: Gauge },
  { path: 'people', label: 'People', icon: Users },
  { path: 'broadcasts', label: 'Broadcasts', icon: RadioTower },
  { path: 'moderation', label: 'Moderation', icon: ShieldAlert },
  { path: 'audit', label: 'Audit log', icon: ScrollText },
  { path: 'retention', label: 'Retention', icon: Archive },
  { path: 'sign-in', label: 'Sign-in', icon: KeyRound },
  { path: 'server', label: 'Server', icon: Server },
]
