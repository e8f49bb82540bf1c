import { i18n } from '@lingui/core'
import { t } from '@lingui/core/macro'
import { ChevronRight, ShieldX } from 'lucide-react'
import { Link, Outlet, useMatch } from 'react-router'
import { useMediaQuery } from '../ui/hooks/useMediaQuery.ts'
import { useSession } from '../accounts/session.store.ts'
import { Icon } from '../ui/Icon.tsx'
import { EmptyState } from '../ui/States.tsx'
import { ADMIN_VIEWS } from './admin.views.ts'

/** Shows the admin panel around one of its views. The navigation is 220 px wide, has only icons on tablets, and is a screen of its own on phones. */
export function AdminFrame() {
  const isAdmin = useSession((state) => state.user?.role === 'admin')
  const open = useMatch('/admin/:view/*')?.params.view
  const isPhone = useMediaQuery('(width < 48rem)')
  if (!isAdmin) return <AdminsOnly />
  // On a phone the list of views is the page while no view is open.
  const isList = isPhone && open === undefined
  const views = <Views open={open} isHeading={isList} />
  return (
    <div className="split split-nav md:max-lg:grid-cols-[60px_minmax(0,1fr)]" data-pane={open ? 'main' : 'list'}>
      {isList ? <main className="pane pane-list">{views}</main> : <div className="pane pane-list">{views}</div>}
      {!isList && (
        <main className="pane pane-main">
          <Outlet />
        </main>
      )}
    </div>
  )
}

function Views({ open, isHeading }: { open: string | undefined; isHeading: boolean }) {
  return (
    <>
      {isHeading ? (
        <header className="pane-header">
          <h1 className="pane-title">{t`Admin`}</h1>
        </header>
      ) : (
        <p className="pane-header md:max-lg:hidden" aria-hidden="true">
          <span className="pane-title">{t`Admin`}</span>
        </p>
      )}
      <nav className="scroll-pane" aria-label={t`Admin`}>
        <ul className="space-y-0.5 px-2 pb-2 md:max-lg:pt-2.5">
          {ADMIN_VIEWS.map(({ path, label, icon }) => (
            <li key={path}>
              <Link
                to={`/admin/${path}`}
                className="nav-item max-md:h-12 max-md:text-[1rem] md:max-lg:justify-center md:max-lg:px-0"
                aria-current={path === open ? 'page' : undefined}
                title={i18n._(label)}
              >
                <Icon icon={icon} size={18} />
                <span className="grow md:max-lg:sr-only">{i18n._(label)}</span>
                {isHeading && <Icon icon={ChevronRight} size={16} className="rtl:-scale-x-100" />}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </>
  )
}

/** Tells a member that the panel is for admins. The server refuses a member's requests too. */
function AdminsOnly() {
  return (
    <main className="pane grow">
      <h1 className="sr-only">{t`Admin`}</h1>
      <EmptyState
        icon={ShieldX}
        title={t`Only admins can open this`}
        actions={
          <Link to="/" className="btn btn-quiet btn-sm">
            {t`Back to chats`}
          </Link>
        }
      >
        {t`Ask an admin if you need it.`}
      </EmptyState>
    </main>
  )
}
