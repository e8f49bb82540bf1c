import { AdminHeader } from '../AdminHeader.tsx'

export function AuditView() {
  return <AdminHeader title="Audit log" />
}
