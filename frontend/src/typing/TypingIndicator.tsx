import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Conversation, UserId } from 'backend/contract'
import { usePerson } from '../people/people.store.ts'
import { useTypers } from './typing.store.ts'
import { TypingDots } from './TypingDots.tsx'
import { firstName } from '../conversations/conversationName.format.ts'

/** Below the newest message while somebody types; the first two by name. Not read out: it comes and goes too often; the message itself is. */
export function TypingIndicator({ conversation, ownId }: { conversation: Conversation; ownId: UserId }) {
  const typers = useTypers(conversation.id).filter((id) => id !== ownId)
  const first = usePerson(typers[0])
  const second = usePerson(typers[1])
  if (!first) return null
  return (
    <p className="log-row typing-indicator">
      <TypingDots />
      <span>
        <bdi>{firstName(first)}</bdi>
        {second && typers.length === 2 && (
          <>
            <Trans>
              {' '}
              and <bdi>{firstName(second)}</bdi>
            </Trans>
          </>
        )}
        {typers.length > 2 && t` and ${typers.length - 1} others`} {typers.length > 1 ? t`are` : t`is`}{' '}
        <Trans>typing</Trans>
      </span>
    </p>
  )
}
