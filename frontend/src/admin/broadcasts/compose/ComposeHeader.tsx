import { t } from '@lingui/core/macro'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Icon } from '../../../ui/Icon.tsx'

interface ComposeHeaderProps {
  title: string
  /** A text below the title. */
  words?: ReactNode
  /** The address of the back link; by default the list. */
  back?: string
  /** Buttons at the end, on wide screens only. */
  children?: ReactNode
}

/** Shows the top of a form. */
export function ComposeHeader({ title, words, back = '/admin/broadcasts', children }: ComposeHeaderProps) {
  return (
    <header className="pane-header pane-header-line">
      <Link to={back} className="icon-button -ms-2" aria-label={t`Back to broadcasts`}>
        <Icon icon={ChevronLeft} className="rtl:-scale-x-100" />
      </Link>
      <div className="min-w-0 grow">
        <h1 className="truncate text-title font-[650] tracking-[-0.01em]">{title}</h1>
        {words && <p className="truncate text-cap text-muted">{words}</p>}
      </div>
      <div className="flex gap-2 max-md:hidden">{children}</div>
    </header>
  )
}
