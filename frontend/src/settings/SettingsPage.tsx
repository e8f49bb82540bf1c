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
  { id: 'profile', label: 'Profile', icon: CircleUserRound },
  { id: 'notifications', label: 'Notifications', icon: Bell },
  { id: 'privacy', label: 'Privacy', icon: Lock },
  { id: 'blocked', label: 'Blocked people', icon: Ban },
  { id: 'appearance', label: 'Appearance', icon: SunMoon },
] as const

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
          <h1 className="pane-title">Settings</h1>
        </header>
        <nav className="space-y-0.5 px-2" aria-label="Settings">
          {SECTIONS.map(({ id, label, icon }) => (
            <Link
              key={id}
              to={`#${id}`}
              replace
              className="nav-item"
              aria-current={current === id ? 'true' : undefined}
            >
              <Icon icon={icon} size={18} />
              {label}
            </Link>
          ))}
        </nav>
      </div>
      <div className="pane pane-main">
        {/* On a phone there is no list of sections to carry the title. */}
        <header className="pane-header pane-header-line md:hidden">
          <h1 className="pane-title">Settings</h1>
        </header>
        <div className="scroll-pane p-5 max-md:p-3">
          <div className="max-w-[760px] space-y-4">
            <ProfilePanel user={user} />
            <NotificationsPanel />
            <PrivacyPanel user={user} />
            <BlockedPanel />
            <AppearancePanel />
            {/* From 768 px on, the profile menu of the rail has it. */}
            <Button icon={LogOut} pending={pending} onClick={signOut} className="w-full text-err-ink! md:hidden">
              Sign out
            </Button>
          </div>
        </div>
      </div>
    </main>
  )
}
