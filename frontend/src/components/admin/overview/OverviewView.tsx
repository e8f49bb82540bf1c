import { AdminHeader } from '../AdminHeader.tsx'

export function OverviewView() {
  return <AdminHeader title="Overview" />
}
