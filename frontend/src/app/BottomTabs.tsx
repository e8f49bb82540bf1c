import { t } from '@lingui/core/macro'
import { Link } from 'react-router'
import { Pip } from '../ui/CountBadge.tsx'
import { Icon } from '../ui/Icon.tsx'
import { spoken, useDestinations, useOwnDestination } from './useDestinations.ts'

/** Shows the main navigation at the bottom of a phone's screen. */
export function BottomTabs() {
  const destinations = [...useDestinations(), useOwnDestination()]
  return (
    <nav className="bottom-tabs" aria-label={t`Primary`}>
      {destinations.map((destination) => (
        <Link
          key={destination.to}
          to={destination.to}
          className="bottom-tab"
          aria-label={spoken(destination)}
          aria-current={destination.current ? 'page' : undefined}
        >
          <span className="relative">
            <Icon icon={destination.icon} size={22} />
            <Pip count={destination.unread} urgent={destination.urgent} />
          </span>
          <span>{destination.label}</span>
        </Link>
      ))}
    </nav>
  )
}
