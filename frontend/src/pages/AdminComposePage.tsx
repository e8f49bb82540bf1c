import { AdminFrame } from '../components/admin/AdminFrame.tsx'
import { ComposeBroadcast } from '../components/admin/ComposeBroadcast.tsx'
import { useAuth } from '../store/auth.store.ts'

/** Where an admin writes to everybody. */
export function AdminComposePage() {
  const user = useAuth((state) => state.user)
  return <AdminFrame>{user && <ComposeBroadcast user={user} />}</AdminFrame>
}
