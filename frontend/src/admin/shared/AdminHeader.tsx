import { t } from '@lingui/core/macro'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Icon } from '../../ui/Icon.tsx'

/** Shows the top of an admin view; on a phone it links back to the list of views. */
export function AdminHeader({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="pane-header pane-header-line">
      <Link to="/admin" className="icon-button -ms-2 md:hidden" aria-label={t`Back to admin`}>
        <Icon icon={ChevronLeft} className="rtl:-scale-x-100" />
      </Link>
      <h1 className="pane-title">{title}</h1>
      {children}
    </header>
  )
}
