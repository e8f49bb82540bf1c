import { plural, t } from '@lingui/core/macro'
import type { Conversation, UserId } from 'backend/contract'
import { firstName } from '../conversations/conversationName.format.ts'
import { isolate } from '../lib/isolate.ts'
import { useUser } from '../people/people.store.ts'
import { IsolatedText } from '../ui/IsolatedText.tsx'
import { useTypers } from './typing.store.ts'
import { TypingDots } from './TypingDots.tsx'

/**
 * Shows below the newest message which users are typing, with two names at most. Screen readers do not announce it: it changes
 * too often, and they announce the message itself.
 */
export function TypingIndicator({ conversation, ownId }: { conversation: Conversation; ownId: UserId }) {
  const typers = useTypers(conversation.id).filter((id) => id !== ownId)
  const first = useUser(typers[0])
  const second = useUser(typers[1])
  if (!first) return null
  return (
    <p className="log-row typing-indicator">
      <TypingDots />
      <span>
        <IsolatedText text={sentence(firstName(first), second && firstName(second), typers.length)} />
      </span>
    </p>
  )
}

function sentence(first: string, second: string | undefined, total: number): string {
  const name = isolate(first)
  if (total === 1) return t`${name} is typing`
  if (total === 2 && second !== undefined) {
    const secondName = isolate(second)
    return t`${name} and ${secondName} are typing`
  }
  return plural(total - 1, {
    one: `${name} and # other person are typing`,
    other: `${name} and # other people are typing`,
  })
}
