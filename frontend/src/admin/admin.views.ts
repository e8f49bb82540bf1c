import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
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
  label: MessageDescriptor
  icon: LucideIcon
}

/** The views of the admin panel, as its navigation lists them. */
export const ADMIN_VIEWS: AdminView[] = [
  { path: 'overview', label: msg`Overview`, icon: Gauge },
  { path: 'people', label: msg`People`, icon: Users },
  { path: 'broadcasts', label: msg`Broadcasts`, icon: RadioTower },
  { path: 'moderation', label: msg`Moderation`, icon: ShieldAlert },
  { path: 'audit', label: msg`Audit log`, icon: ScrollText },
  { path: 'retention', label: msg`Retention`, icon: Archive },
  { path: 'sign-in', label: msg`Sign-in and invites`, icon: KeyRound },
  { path: 'server', label: msg`Server`, icon: Server },
]
