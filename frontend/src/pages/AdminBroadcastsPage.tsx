import { Plus } from 'lucide-react'
import { Link } from 'react-router'
import { AdminFrame } from '../components/admin/AdminFrame.tsx'
import { BroadcastLedger } from '../components/admin/BroadcastLedger.tsx'
import { Icon } from '../components/ui/Icon.tsx'

/** What was sent to everybody, and the way to send more. */
export function AdminBroadcastsPage() {
  return (
    <AdminFrame>
      <header className="pane-header pane-header-line">
        <h1 className="pane-title">Broadcasts</h1>
        <Link to="/admin/broadcasts/new" className="btn btn-primary btn-sm">
          <Icon icon={Plus} size={18} />
          New broadcast
        </Link>
      </header>
      <BroadcastLedger />
    </AdminFrame>
  )
}
