import { t } from '@lingui/core/macro'
import type { Broadcast } from 'backend/contract'
import { ChevronLeft, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { ledgerCsvUrl } from '../shared/broadcast.api.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { DownloadLink } from '../../shared/DownloadLink.tsx'

interface DetailHeaderProps {
  broadcast: Broadcast | undefined
  /** The address of the list. */
  back: string
  aside: boolean
}

/** Shows the link back to the list, and the export. */
export function DetailHeader({ broadcast, back, aside }: DetailHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  // The link that opened this screen is gone, so the focus goes to the heading.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  const exportLink = broadcast?.state === 'sent' && (
    <DownloadLink quiet href={ledgerCsvUrl(broadcast.id)} label={t`Export CSV`} />
  )
  if (aside) {
    return (
      <header className="flex items-center gap-1 ps-4 pe-2 pt-2">
        <h2 className="grow text-sec font-semibold text-muted">{t`Broadcast`}</h2>
        {exportLink}
        <Link to={back} className="icon-button" aria-label={t`Close`} title={t`Close`}>
          <Icon icon={X} />
        </Link>
      </header>
    )
  }
  return (
    <header className="pane-header pane-header-line">
      <Link to={back} className="icon-button -ms-2" aria-label={t`Back to broadcasts`}>
        <Icon icon={ChevronLeft} className="rtl:-scale-x-100" />
      </Link>
      <h1 ref={heading} tabIndex={-1} className="pane-title outline-none">
        {t`Broadcast`}
      </h1>
      {exportLink}
    </header>
  )
}
