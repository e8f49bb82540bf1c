import { useParams } from 'react-router'
import { JoinGroup } from './JoinGroup.tsx'

/** Where an invite link leads. */
export function JoinGroupPage() {
  const { token = '' } = useParams()
  return (
    <main className="pane grow">
      <h1 className="sr-only">Join a group</h1>
      <JoinGroup key={token} token={token} />
    </main>
  )
}
