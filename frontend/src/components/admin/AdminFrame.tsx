import { ShieldX } from 'lucide-react'
import { Link, Outlet, useMatch } from 'react-router'
import { useAuth } from '../../store/auth.store.ts'
import { Icon } from '../ui/Icon.tsx'
import { EmptyState } from '../ui/States.tsx'
import { ADMIN_VIEWS } from './views.ts'

/** The admin panel around one of its views. Its navigation is 220 px wide, icons only on tablets, a screen of its own on phones. */
export function AdminFrame() {
  const isAdmin = useAuth((state) => state.user?.role === 'admin')
  const open = useMatch('/admin/:view/*')?.params.view
  if (!isAdmin) return <AdminsOnly />
  return (
    <div className="split split-nav admin-split" data-pane={open ? 'main' : 'list'}>
      <nav className="pane pane-list admin-nav" aria-label="Admin">
        <p className="pane-header md:max-lg:hidden" aria-hidden="true">
          <span className="pane-title">Admin</span>
        </p>
        <ul className="space-y-0.5 px-2 md:max-lg:pt-2.5">
          {ADMIN_VIEWS.map(({ path, label, icon }) => (
            <li key={path}>
              <Link to={`/admin/${path}`} className="nav-item" aria-current={path === open ? 'page' : undefined} title={label}>
                <Icon icon={icon} size={18} />
                <span className="md:max-lg:sr-only">{label}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main className="pane pane-main">
        <Outlet />
      </main>
    </div>
  )
}

/** What a member sees. The server refuses them too: this only says so kindly. */
function AdminsOnly() {
  return (
    <main className="pane grow">
      <h1 className="sr-only">Admin</h1>
      <EmptyState
        icon={ShieldX}
        title="Only admins can open this"
        actions={
          <Link to="/" className="btn btn-quiet btn-sm">
            Back to chats
          </Link>
        }
      >
        Ask an admin if you need it.
      </EmptyState>
    </main>
  )
}
