import type { Message, UserId } from 'backend/contract'
import { fullTime } from '../lib/format.ts'
import { systemPieces } from '../conversations/systemText.format.ts'
import { usePerson } from '../people/people.store.ts'

/** What happened to a group, in a line of its own. */
export function SystemLine({ message, ownId }: { message: Message; ownId: UserId }) {
  return (
    <p className="log-row system-line" title={fullTime(message.createdAt)}>
      <span>
        <SystemWords message={message} ownId={ownId} />
      </span>
    </p>
  )
}

/** What happened to a group, in a sentence. */
export function SystemWords({
  message,
  ownId,
}: {
  message: Pick<Message, 'event' | 'senderId'>
  ownId: UserId | undefined
}) {
  return systemPieces(message, ownId).map((piece, index) =>
    typeof piece === 'string' ? (
      piece
    ) : (
      // The pieces of a sentence have their places only.
      // oxlint-disable-next-line react/no-array-index-key
      <bdi key={index}>{'written' in piece ? piece.written : <Name userId={piece.userId} />}</bdi>
    ),
  )
}

function Name({ userId }: { userId: UserId }) {
  return usePerson(userId)?.fullName ?? 'Someone'
}
