import { RadioTower, ShieldX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useAuth } from '../../store/auth.store.ts'
import { Icon } from '../ui/Icon.tsx'
import { EmptyState } from '../ui/States.tsx'

/** The admin panel around one of its views. Its navigation is 220 px wide, icons only on tablets, not there on phones. */
export function AdminFrame({ children }: { children: ReactNode }) {
  const isAdmin = useAuth((state) => state.user?.role === 'admin')
  if (!isAdmin) return <AdminsOnly />
  return (
    <div className="split split-nav admin-split" data-pane="main">
      <nav className="pane pane-list admin-nav" aria-label="Admin">
        <p className="pane-header md:max-lg:hidden" aria-hidden="true">
          <span className="pane-title">Admin</span>
        </p>
        <div className="px-2 md:max-lg:pt-2.5">
          <Link to="/admin/broadcasts" className="nav-item" aria-current="page" title="Broadcasts">
            <Icon icon={RadioTower} size={18} />
            <span className="md:max-lg:sr-only">Broadcasts</span>
          </Link>
        </div>
      </nav>
      <main className="pane pane-main">{children}</main>
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
