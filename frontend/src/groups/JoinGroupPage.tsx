import { t } from '@lingui/core/macro'
import { useParams } from 'react-router'
import { JoinGroup } from './JoinGroup.tsx'

/** The page behind a group's invite link. */
export function JoinGroupPage() {
  const { token = '' } = useParams()
  return (
    <main className="pane grow">
      <h1 className="sr-only">{t`Join a group`}</h1>
      <JoinGroup key={token} token={token} />
    </main>
  )
}
