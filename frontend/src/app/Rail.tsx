import { t } from '@lingui/core/macro'
import { Settings } from 'lucide-react'
import { Link, useLocation } from 'react-router'
import { Pip } from '../ui/CountBadge.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Mark } from '../ui/Logo.tsx'
import { spoken, useDestinations } from './useDestinations.ts'
import { ProfileMenu } from './ProfileMenu.tsx'

/** Shows the main navigation at the edge of the window, 60 px wide, from 768 px on. */
export function Rail() {
  const destinations = useDestinations()
  const { pathname } = useLocation()
  return (
    <nav
      className="col-start-1 row-span-full hidden flex-col items-center gap-1 border-e border-line py-3 [--ring:var(--color-base-200)] md:flex"
      aria-label={t`Primary`}
    >
      <div className="mb-2 grid size-11 place-items-center">
        <Mark />
      </div>
      {destinations.map((destination) => (
        <Link
          key={destination.to}
          to={destination.to}
          className="rail-link"
          title={destination.label}
          aria-label={spoken(destination)}
          aria-current={destination.current ? 'page' : undefined}
        >
          <Icon icon={destination.icon} size={22} />
          <Pip count={destination.unread} urgent={destination.urgent} className="end-0.5 top-[3px]" />
        </Link>
      ))}
      <div className="mt-auto flex flex-col items-center gap-1">
        <Link
          to="/settings"
          className="rail-link"
          title={t`Settings`}
          aria-label={t`Settings`}
          aria-current={pathname.startsWith('/settings') ? 'page' : undefined}
        >
          <Icon icon={Settings} size={22} />
        </Link>
        <ProfileMenu />
      </div>
    </nav>
  )
}
