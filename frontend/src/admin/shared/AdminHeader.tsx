import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Icon } from '../../ui/Icon.tsx'

/** The top of an admin view; on a phone it leads back to the list of views. */
export function AdminHeader({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="pane-header pane-header-line">
      <Link to="/admin" className="icon-button -ms-2 md:hidden" aria-label="Back to admin">
        <Icon icon={ChevronLeft} className="rtl:-scale-x-100" />
      </Link>
      <h1 className="pane-title">{title}</h1>
      {children}
    </header>
  )
}
