import { AdminHeader } from '../AdminHeader.tsx'

export function RetentionView() {
  return <AdminHeader title="Retention" />
}
