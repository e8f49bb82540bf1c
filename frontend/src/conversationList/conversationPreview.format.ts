import { t } from '@lingui/core/macro'
import { isEmptyText, type Conversation, type UserId } from 'backend/contract'
import { plainText } from '../lib/plainText.ts'
import { firstName } from '../conversations/conversationName.format.ts'
import { namedIn, systemText } from '../conversations/systemText.format.ts'
import { summaryOf } from '../uploads/file.format.ts'
import type { PendingMessage } from '../timeline/timeline.model.ts'
import { deletedText } from '../messages/DeletedText.tsx'
import { sendStateOf, type SendState } from '../messages/MessageStatus.tsx'

export interface Preview {
  /** `placeholder` is a text of the page, `event` a sentence about the group, see `systemText`. */
  kind: 'message' | 'event' | 'placeholder'
  /** The words before the text. `draft` means that the text is not sent yet. */
  lead: 'draft' | 'you' | { author: string } | null
  text: string
  /** The progress of an own message to another user. */
  state: SendState | 'failed' | null
}

interface Shown {
  ownId: UserId | undefined
  draft: string | undefined
  /** The newest message that the server does not have. */
  waiting: PendingMessage | undefined
  /** Returns undefined while the page does not know the name. */
  nameOf: (id: UserId) => string | undefined
}

/** Returns the second line of a row: the draft, or the last message, also while it is being sent. */
export function previewOf(conversation: Conversation, { ownId, draft, waiting, nameOf }: Shown): Preview {
  const toOneself = conversation.peer?.id === ownId
  const lead = toOneself ? null : 'you'
  if (draft !== undefined && !isEmptyText(draft))
    return { kind: 'message', lead: 'draft', text: oneLine(draft), state: null }
  if (waiting)
    return { kind: 'message', lead, text: oneLine(summaryOf(waiting.files, waiting.text)), state: waiting.state }

  const last = conversation.lastMessage
  if (last === null)
    return withoutLead('placeholder', conversation.kind === 'broadcast' ? t`No announcements yet` : t`No messages yet`)
  if (last.kind === 'system') return withoutLead('event', systemText(last, ownId, nameOf))
  if (last.deletedAt !== null) return withoutLead('placeholder', deletedText())
  const own = last.senderId === ownId
  const state = own && conversation.kind === 'direct' && !toOneself ? sendStateOf(last.seq, conversation) : null
  const fullName = conversation.kind === 'group' ? nameOf(last.senderId) : undefined
  const said = conversation.kind === 'broadcast' ? plainText(last.text.slice(0, MARKUP_MAX)) : last.text
  return {
    kind: 'message',
    lead: own ? lead : fullName === undefined ? null : { author: firstName({ fullName }) },
    text: oneLine(last.title ?? summaryOf(last.attachments, said)),
    state,
  }
}

/** Returns the users whose names the preview of a group needs. */
export function namesNeeded({ kind, lastMessage }: Conversation, ownId: UserId | undefined): UserId[] {
  if (kind !== 'group' || !lastMessage) return NO_USERS
  return lastMessage.kind === 'system' ? namedIn(lastMessage, ownId) : [lastMessage.senderId]
}

const NO_USERS: UserId[] = []

const withoutLead = (kind: Preview['kind'], text: string): Preview => ({ kind, lead: null, text, state: null })

/** More characters than a row can show. The browser need not lay out the whole of a long message. */
const PREVIEW_MAX = 160
/** Characters of an announcement, which becomes shorter without its markup. */
const MARKUP_MAX = 1000

function oneLine(text: string): string {
  return text.slice(0, PREVIEW_MAX).replace(/\s+/gu, ' ').trim()
}
