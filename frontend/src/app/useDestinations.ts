import { t } from '@lingui/core/macro'
import { ANNOUNCEMENTS_ID } from 'backend/contract'
import { CircleUserRound, Megaphone, MessagesSquare, ShieldCheck, Users, type LucideIcon } from 'lucide-react'
import { useLocation } from 'react-router'
import { useSession } from '../accounts/session.store.ts'
import { useUrgentAnnouncements } from '../announcements/useUrgentAnnouncements.ts'
import { useConversation, useUnreadTotal } from '../conversations/conversations.store.ts'

export interface Destination {
  to: string
  label: string
  icon: LucideIcon
  unread: number
  /** An urgent announcement is waiting. */
  urgent: boolean
  current: boolean
}

/** Returns the links of the rail and the bottom tabs. */
export function useDestinations(): Destination[] {
  const { pathname } = useLocation()
  const admin = useSession((state) => state.user?.role === 'admin')
  const unread = useUnreadTotal()
  const announced = useConversation(ANNOUNCEMENTS_ID)?.unreadCount ?? 0
  const urgent = useUrgentAnnouncements().some(({ priority }) => priority === 'urgent')
  const under = (start: string) => pathname === start || pathname.startsWith(`${start}/`)
  const destinations: Destination[] = [
    { to: '/', label: t`Chats`, icon: MessagesSquare, unread, urgent: false, current: pathname === '/' || under('/c') },
    {
      to: '/announcements',
      label: t`Announcements`,
      icon: Megaphone,
      unread: announced,
      urgent,
      current: under('/announcements'),
    },
    { to: '/people', label: t`People`, icon: Users, unread: 0, urgent: false, current: under('/people') },
  ]
  if (admin)
    destinations.push({
      to: '/admin',
      label: t`Admin`,
      icon: ShieldCheck,
      unread: 0,
      urgent: false,
      current: under('/admin'),
    })
  return destinations
}

/** Returns the last tab of a phone. The rail has the profile menu instead. */
export function useOwnDestination(): Destination {
  const { pathname } = useLocation()
  return {
    to: '/settings',
    label: t`You`,
    icon: CircleUserRound,
    unread: 0,
    urgent: false,
    current: pathname.startsWith('/settings'),
  }
}

/** Returns the accessible name of a link: its label with the unread count. */
export function spoken({ label, unread, urgent }: Destination): string {
  if (urgent) return unread > 0 ? t`${label}, urgent, ${unread} unread` : t`${label}, urgent`
  return unread > 0 ? t`${label}, ${unread} unread` : label
}
