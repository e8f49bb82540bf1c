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
  /** Something shall be seen before everything else. */
  urgent: boolean
  current: boolean
}

/** Where the rail and the bottom tabs lead. */
export function useDestinations(): Destination[] {
  const { pathname } = useLocation()
  const admin = useSession((state) => state.user?.role === 'admin')
  const unread = useUnreadTotal()
  const announced = useConversation(ANNOUNCEMENTS_ID)?.unreadCount ?? 0
  const urgent = useUrgentAnnouncements().some(({ priority }) => priority === 'urgent')
  const under = (start: string) => pathname === start || pathname.startsWith(`${start}/`)
  const destinations: Destination[] = [
    { to: '/', label: 'Chats', icon: MessagesSquare, unread, urgent: false, current: pathname === '/' || under('/c') },
    {
      to: '/announcements',
      label: 'Announcements',
      icon: Megaphone,
      unread: announced,
      urgent,
      current: under('/announcements'),
    },
    { to: '/people', label: 'People', icon: Users, unread: 0, urgent: false, current: under('/people') },
  ]
  if (admin)
    destinations.push({
      to: '/admin',
      label: 'Admin',
      icon: ShieldCheck,
      unread: 0,
      urgent: false,
      current: under('/admin'),
    })
  return destinations
}

/** The last tab of a phone; the rail has the profile menu instead. */
export function useOwnDestination(): Destination {
  const { pathname } = useLocation()
  return {
    to: '/settings',
    label: 'You',
    icon: CircleUserRound,
    unread: 0,
    urgent: false,
    current: pathname === '/settings',
  }
}

/** What a link says to those who do not see the number on it. */
export function spoken({ label, unread, urgent }: Destination): string {
  return [label, urgent && 'urgent', unread > 0 && `${unread} unread`].filter(Boolean).join(', ')
}
