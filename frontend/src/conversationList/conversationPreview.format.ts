import { t } from '@lingui/core/macro'
import type { Conversation, UserId } from 'backend/contract'
import { plainText } from '../lib/plainText.ts'
import { namedIn, systemText } from '../conversations/systemText.format.ts'
import { summaryOf } from '../uploads/file.format.ts'
import type { PendingMessage } from '../timeline/timeline.model.ts'
import { DELETED } from '../messages/DeletedText.tsx'
import { sendStateOf, type SendState } from '../messages/MessageStatus.tsx'

/** What a conversation is called. The one with oneself is called "You". */
export function nameOf(conversation: Conversation, ownId: UserId | undefined): string {
  if (conversation.kind === 'broadcast') return 'Announcements'
  if (conversation.group) return conversation.group.name
  if (conversation.peer === null) return 'Unknown person'
  return conversation.peer.id === ownId ? 'You' : conversation.peer.fullName
}

export interface Preview {
  /** Who says it. `Draft:` is amber and means that something waits to be sent. */
  lead: string | null
  text: string
  /** Words of the page, not of a person. */
  placeholder: boolean
  /** How far the message got, when it is one's own to somebody else. */
  state: SendState | 'failed' | null
}

interface Shown {
  ownId: UserId | undefined
  draft: string | undefined
  /** The newest of those that are not with the server. */
  waiting: PendingMessage | undefined
  /** Undefined while a name is not known. */
  nameOf: (id: UserId) => string | undefined
}

/** The second line of a row: the draft, else what was said last, also when it is still on its way. */
export function previewOf(conversation: Conversation, { ownId, draft, waiting, nameOf: nameOfPerson }: Shown): Preview {
  const toOneself = conversation.peer?.id === ownId
  const lead = toOneself ? null : 'You:'
  if (draft !== undefined && draft.trim() !== '')
    return { lead: t`Draft:`, text: oneLine(draft), placeholder: false, state: null }
  if (waiting)
    return { lead, text: oneLine(summaryOf(waiting.files, waiting.text)), placeholder: false, state: waiting.state }

  const last = conversation.lastMessage
  if (last === null) return words(conversation.kind === 'broadcast' ? 'No announcements yet' : 'No messages yet')
  if (last.kind === 'system') return { ...words(systemText(last, ownId, nameOfPerson)), placeholder: false }
  if (last.deletedAt !== null) return words(DELETED)
  const own = last.senderId === ownId
  const state = own && conversation.kind === 'direct' && !toOneself ? sendStateOf(last.seq, conversation) : null
  const author = conversation.kind === 'group' ? nameOfPerson(last.senderId) : undefined
  const said = conversation.kind === 'broadcast' ? plainText(last.text.slice(0, MARKUP_MAX)) : last.text
  return {
    lead: own ? lead : author === undefined ? null : `${author.trim().split(/\s+/u)[0]}:`,
    text: oneLine(last.title ?? summaryOf(last.attachments, said)),
    placeholder: false,
    state,
  }
}

/** Whose names the preview of a group needs. */
export function namesNeeded({ kind, lastMessage }: Conversation, ownId: UserId | undefined): UserId[] {
  if (kind !== 'group' || !lastMessage) return NOBODY
  return lastMessage.kind === 'system' ? namedIn(lastMessage, ownId) : [lastMessage.senderId]
}

const NOBODY: UserId[] = []

const words = (text: string): Preview => ({ lead: null, text, placeholder: true, state: null })

/** More than a row can show, so that a long message does not make the browser lay out all of it in every row. */
const PREVIEW_MAX = 160
/** Of an announcement, which becomes shorter without its markup. */
const MARKUP_MAX = 1000

function oneLine(text: string): string {
  return text.slice(0, PREVIEW_MAX).replace(/\s+/gu, ' ').trim()
}
