import { t } from '@lingui/core/macro'
import { Link } from 'react-router'
import { Pip } from '../ui/CountBadge.tsx'
import { Icon } from '../ui/Icon.tsx'
import { spoken, useDestinations, useOwnDestination } from './useDestinations.ts'

/** Shows the main navigation at the bottom of a phone's screen. */
export function BottomTabs() {
  const destinations = [...useDestinations(), useOwnDestination()]
  return (
    <nav
      className="row-start-3 grid h-[calc(64px+env(safe-area-inset-bottom))] grid-flow-col justify-between border-t border-line bg-base-100 px-2.5 pt-1 pb-[calc(6px+env(safe-area-inset-bottom))] md:hidden"
      aria-label={t`Primary`}
    >
      {destinations.map((destination) => (
        <Link
          key={destination.to}
          to={destination.to}
          className="flex min-w-14 flex-col items-center justify-center gap-[3px] rounded-[10px] text-meta font-medium text-muted focus-visible:-outline-offset-2 aria-[current=page]:font-semibold aria-[current=page]:text-primary"
          aria-label={spoken(destination)}
          aria-current={destination.current ? 'page' : undefined}
        >
          <span className="relative">
            <Icon icon={destination.icon} size={22} />
            <Pip count={destination.unread} urgent={destination.urgent} className="-end-[11px] -top-[5px]" />
          </span>
          <span>{destination.label}</span>
        </Link>
      ))}
    </nav>
  )
}
