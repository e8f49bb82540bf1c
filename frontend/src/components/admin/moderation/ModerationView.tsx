import { AdminHeader } from '../AdminHeader.tsx'

export function ModerationView() {
  return <AdminHeader title="Moderation" />
}
