import { Plus } from 'lucide-react'
import { Link } from 'react-router'
import { Icon } from '../../ui/Icon.tsx'
import { AdminHeader } from '../AdminHeader.tsx'
import { BroadcastLedger } from './BroadcastLedger.tsx'

/** What was sent to everybody, and the way to send more. */
export function BroadcastsView() {
  return (
    <>
      <AdminHeader title="Broadcasts">
        <Link to="/admin/broadcasts/new" className="btn btn-primary btn-sm">
          <Icon icon={Plus} size={18} />
          New broadcast
        </Link>
      </AdminHeader>
      <BroadcastLedger />
    </>
  )
}
