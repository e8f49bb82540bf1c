import { i18n } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { Ban, Bell, CircleUserRound, Lock, LogOut, SunMoon } from 'lucide-react'
import { useEffect } from 'react'
import { Link, useLocation } from 'react-router'
import { AppearancePanel } from './AppearancePanel.tsx'
import { BlockedPanel } from './BlockedPanel.tsx'
import { NotificationsPanel } from './NotificationsPanel.tsx'
import { PrivacyPanel } from './PrivacyPanel.tsx'
import { ProfilePanel } from './ProfilePanel.tsx'
import { useSignOut } from '../accounts/useSignOut.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useSession } from '../accounts/session.store.ts'

const SECTIONS = [
  { id: 'profile', label: msg`Profile`, icon: CircleUserRound },
  { id: 'notifications', label: msg`Notifications`, icon: Bell },
  { id: 'privacy', label: msg`Privacy`, icon: Lock },
  { id: 'blocked', label: msg`Blocked people`, icon: Ban },
  { id: 'appearance', label: msg`Appearance`, icon: SunMoon },
] as const

/** Shows the settings of the signed-in user. The part after `#` of the address names the section. */
export function SettingsPage() {
  const user = useSession((state) => state.user)
  const { hash } = useLocation()
  const { signOut, pending } = useSignOut()
  const current = SECTIONS.find(({ id }) => `#${id}` === hash)?.id ?? 'profile'

  useEffect(() => {
    if (hash !== '') document.getElementById(hash.slice(1))?.scrollIntoView({ block: 'start' })
  }, [hash])

  if (!user) return null
  return (
    <main className="split split-nav" data-pane="main">
      <div className="pane pane-list">
        <header className="pane-header">
          <h1 className="pane-title">{t`Settings`}</h1>
        </header>
        <nav className="space-y-0.5 px-2" aria-label={t`Settings`}>
          {SECTIONS.map(({ id, label, icon }) => (
            <Link
              key={id}
              to={`#${id}`}
              replace
              className="nav-item"
              aria-current={current === id ? 'true' : undefined}
            >
              <Icon icon={icon} size={18} />
              {i18n._(label)}
            </Link>
          ))}
        </nav>
      </div>
      <div className="pane pane-main">
        {/* A phone does not show the list of sections, which has the title on larger screens. */}
        <header className="pane-header pane-header-line md:hidden">
          <h1 className="pane-title">{t`Settings`}</h1>
        </header>
        <div className="scroll-pane p-5 max-md:p-3">
          <div className="max-w-[760px] space-y-4">
            <ProfilePanel user={user} />
            <NotificationsPanel />
            <PrivacyPanel user={user} />
            <BlockedPanel />
            <AppearancePanel />
            {/* From 768 px on, the rail's profile menu has this button. */}
            <Button icon={LogOut} pending={pending} onClick={signOut} className="w-full text-err-ink! md:hidden">
              {t`Sign out`}
            </Button>
          </div>
        </div>
      </div>
    </main>
  )
}
