import { i18n } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { Ban, Bell, ChevronLeft, ChevronRight, CircleUserRound, Keyboard, Lock, LogOut, SunMoon } from 'lucide-react'
import { Link, Navigate, useLocation, useParams } from 'react-router'
import type { OwnUser } from 'backend/contract'
import { AppearancePanel } from './AppearancePanel.tsx'
import { BlockedPanel } from './BlockedPanel.tsx'
import { NotificationsPanel } from './NotificationsPanel.tsx'
import { PrivacyPanel } from './PrivacyPanel.tsx'
import { ProfilePanel } from './ProfilePanel.tsx'
import { ShortcutsPanel } from './ShortcutsPanel.tsx'
import { useSignOut } from '../accounts/useSignOut.ts'
import { Avatar } from '../people/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { useMediaQuery } from '../ui/hooks/useMediaQuery.ts'
import { Icon } from '../ui/Icon.tsx'
import { useSession } from '../accounts/session.store.ts'

const SECTIONS = [
  { id: 'profile', label: msg`Profile`, icon: CircleUserRound },
  { id: 'notifications', label: msg`Notifications`, icon: Bell },
  { id: 'privacy', label: msg`Privacy`, icon: Lock },
  { id: 'blocked', label: msg`Blocked people`, icon: Ban },
  { id: 'appearance', label: msg`Appearance`, icon: SunMoon },
  { id: 'shortcuts', label: msg`Shortcuts`, icon: Keyboard },
] as const

type SectionId = (typeof SECTIONS)[number]['id']

/** Shows one section of the signed-in user's settings beside the list of sections. On a phone the list is a screen of its own. */
export function SettingsPage() {
  const user = useSession((state) => state.user)
  const { section } = useParams()
  const { hash } = useLocation()
  const isPhone = useMediaQuery('(width < 48rem)')
  if (!user) return null
  // The address of a section was once the part after `#`.
  if (section === undefined && hash !== '') return <Navigate to={`/settings/${hash.slice(1)}`} replace />
  const shown = SECTIONS.find(({ id }) => id === section) ?? (isPhone ? undefined : SECTIONS[0])
  return (
    <main className="split split-nav" data-pane={shown ? 'main' : 'list'}>
      {!(isPhone && shown) && <SectionList user={user} shownId={shown?.id} />}
      {shown && (
        <div className="pane pane-main">
          <header className="pane-header pane-header-line max-md:ps-1">
            {isPhone && (
              <Link to="/settings" className="icon-button" aria-label={t`Back to settings`}>
                <Icon icon={ChevronLeft} className="rtl:-scale-x-100" />
              </Link>
            )}
            <SectionTitle isPhone={isPhone}>{i18n._(shown.label)}</SectionTitle>
          </header>
          <div className="scroll-pane p-5 max-md:p-3">
            <div className="max-w-[920px]">
              <Section id={shown.id} user={user} />
            </div>
          </div>
        </div>
      )}
    </main>
  )
}

/** On larger screens the title of the list is the first heading. */
function SectionTitle({ isPhone, children }: { isPhone: boolean; children: string }) {
  const Heading = isPhone ? 'h1' : 'h2'
  return (
    <Heading id="settings-section" className="pane-title">
      {children}
    </Heading>
  )
}

function Section({ id, user }: { id: SectionId; user: OwnUser }) {
  switch (id) {
    case 'profile':
      return <ProfilePanel user={user} />
    case 'notifications':
      return <NotificationsPanel />
    case 'privacy':
      return <PrivacyPanel user={user} />
    case 'blocked':
      return <BlockedPanel />
    case 'appearance':
      return <AppearancePanel />
    case 'shortcuts':
      return <ShortcutsPanel />
  }
}

function SectionList({ user, shownId }: { user: OwnUser; shownId: SectionId | undefined }) {
  const { signOut, pending } = useSignOut()
  return (
    <div className="pane pane-list">
      <header className="pane-header">
        <h1 className="pane-title">{t`Settings`}</h1>
      </header>
      <div className="scroll-pane">
        <div className="flex items-center gap-3 px-4 pt-1 pb-4 md:hidden">
          <Avatar user={user} size={64} />
          <div className="min-w-0">
            <bdi className="keep-edge block truncate text-title font-[650]">{user.fullName}</bdi>
            <span className="block truncate text-sec text-muted">
              <bdi>@{user.username}</bdi>
            </span>
          </div>
        </div>
        <nav className="space-y-0.5 px-2 pb-2" aria-label={t`Settings`}>
          {SECTIONS.map(({ id, label, icon }) => (
            <Link
              key={id}
              to={`/settings/${id}`}
              // Back leaves the settings, however many sections were looked at. A phone goes back to the list first.
              replace={shownId !== undefined}
              // A keyboard is where it helps.
              className={`nav-item max-md:h-12 max-md:text-[1rem] ${id === 'shortcuts' ? 'pointer-coarse:hidden' : ''}`}
              aria-current={shownId === id ? 'page' : undefined}
            >
              <Icon icon={icon} size={18} />
              <span className="grow">{i18n._(label)}</span>
              <Icon icon={ChevronRight} size={16} className="md:hidden rtl:-scale-x-100" />
            </Link>
          ))}
        </nav>
        {/* From 768 px on, the rail's profile menu has this button. */}
        <div className="grid px-4 py-3 md:hidden">
          <Button icon={LogOut} pending={pending} onClick={signOut} className="text-err-ink!">
            {t`Sign out`}
          </Button>
        </div>
      </div>
    </div>
  )
}
