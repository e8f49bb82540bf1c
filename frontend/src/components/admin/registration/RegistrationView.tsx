import { AdminHeader } from '../AdminHeader.tsx'

export function RegistrationView() {
  return <AdminHeader title="Sign-in" />
}
