import type { Message, UserId } from 'backend/contract'
import { fullTime } from '../lib/format.ts'
import { namedIn, systemText } from '../conversations/systemText.format.ts'
import { useUsersById } from '../people/people.store.ts'
import { IsolatedText } from '../ui/IsolatedText.tsx'
import { nameIn } from '../people/userName.format.ts'

/** Shows a change of the group in a line of its own. */
export function SystemLine({ message, ownId }: { message: Message; ownId: UserId }) {
  return (
    <p className="log-row system-line" title={fullTime(message.createdAt)}>
      <span>
        <SystemWords message={message} ownId={ownId} />
      </span>
    </p>
  )
}

/** Shows a change of the group as a sentence. */
export function SystemWords({
  message,
  ownId,
}: {
  message: Pick<Message, 'event' | 'senderId'>
  ownId: UserId | undefined
}) {
  const usersById = useUsersById(namedIn(message, ownId))
  return <IsolatedText text={systemText(message, ownId, (id) => nameIn(usersById, id))} />
}
