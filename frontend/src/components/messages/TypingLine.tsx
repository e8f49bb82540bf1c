import type { Conversation, UserId } from 'backend/contract'
import { usePerson } from '../../store/people.store.ts'
import { useTypers } from '../../store/typing.store.ts'
import { TypingDots } from '../ui/TypingDots.tsx'
import { firstName } from './names.ts'

/** Below the newest message while somebody types. Not read out: it comes and goes too often; the message itself is. */
export function TypingLine({ conversation, ownId }: { conversation: Conversation; ownId: UserId }) {
  const typer = usePerson(useTypers(conversation.id).find((id) => id !== ownId))
  if (!typer) return null
  return (
    <p className="log-row typing-line">
      <TypingDots />
      <span>
        <bdi>{firstName(typer)}</bdi> is typing
      </span>
    </p>
  )
}
