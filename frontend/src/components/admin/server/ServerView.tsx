import { AdminHeader } from '../AdminHeader.tsx'

export function ServerView() {
  return <AdminHeader title="Server" />
}
