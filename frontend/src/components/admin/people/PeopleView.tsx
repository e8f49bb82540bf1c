import { AdminHeader } from '../AdminHeader.tsx'

export function PeopleView() {
  return <AdminHeader title="People" />
}
