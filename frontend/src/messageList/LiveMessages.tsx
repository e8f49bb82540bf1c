import { t } from '@lingui/core/macro'
import { ANNOUNCEMENTS_ID, type Message, type User, type UserId } from 'backend/contract'
import { useState } from 'react'
import { withoutIsolates } from '../lib/isolate.ts'
import { plainText } from '../lib/plainText.ts'
import { systemText } from '../conversations/systemText.format.ts'
import { useUsers } from '../people/people.store.ts'
import { summaryOf } from '../uploads/file.format.ts'
import { deletedText } from '../messages/DeletedText.tsx'
import { nameIn, nameOfUser } from '../people/userName.format.ts'

interface LiveMessagesProps {
  messages: readonly Message[]
  ownId: UserId
}

/**
 * Announces new messages of other users to screen readers while the conversation is open, each message once. The list itself is no
 * live region: scrolling mounts rows, and it would announce old messages too.
 */
export function LiveMessages({ messages, ownId }: LiveMessagesProps) {
  const [openedAt] = useState(() => messages.at(-1)?.seq ?? 0)
  const people = useUsers((state) => state.byId)
  const latest = messages
    .slice(-REMEMBERED)
    .filter(({ seq, senderId, hidden }) => seq > openedAt && senderId !== ownId && !hidden)
  return (
    <div className="sr-only" aria-live="polite" aria-relevant="additions">
      {latest.map((message) => (
        <p key={message.id}>
          {message.kind === 'system'
            ? withoutIsolates(systemText(message, ownId, (id) => nameIn(people, id)))
            : spoken(message, people[message.senderId])}
        </p>
      ))}
    </div>
  )
}

/** Messages kept in the region, so that none is removed before it was announced. */
const REMEMBERED = 5

function spoken({ conversationId, title, text, attachments, deletedAt }: Message, author: User | undefined): string {
  const name = author ? nameOfUser(author) : t`Someone`
  const said = summaryOf(attachments, conversationId === ANNOUNCEMENTS_ID ? plainText(text) : text)
  const content = deletedAt !== null ? deletedText() : title === null ? said : `${title}. ${said}`
  return t`${name}: ${content}`
}
