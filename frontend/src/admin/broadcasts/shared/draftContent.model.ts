import { t } from '@lingui/core/macro'
import {
  codePoints,
  isEmptyText,
  LIMITS,
  type Attachment,
  type Broadcast,
  type BroadcastAudience,
  type BroadcastId,
  type BroadcastPriority,
  type DraftBroadcastInput,
  type Problem,
} from 'backend/contract'
import { instantOf, ownTimeZone, wallTimeOf } from '../../../lib/zonedTime.ts'

/** The content of the form. Times are clock times in `timeZone`, in the format of the browser's fields; empty when not given. */
export interface DraftContent {
  title: string
  text: string
  attachments: Attachment[]
  priority: BroadcastPriority
  audience: BroadcastAudience
  needsAcknowledgement: boolean
  /** Sent at `sendAt`, not at once. */
  isLater: boolean
  sendAt: string
  timeZone: string
  doesExpire: boolean
  expiresAt: string
}

/** A draft, and how much of it the server has saved. */
export interface DraftState {
  /** Null until the server has saved it. */
  id: BroadcastId | null
  status: 'loading' | 'ready' | 'error'
  /** The reason why it could not be loaded. */
  problem: Problem | null
  content: DraftContent
  /** `local`: the server has saved the complete fields, this device the rest. `failed`: see `saveProblem`. */
  saving: 'none' | 'unsaved' | 'saving' | 'saved' | 'local' | 'failed'
  /** ISO 8601 */
  savedAt: string | null
  saveProblem: Problem | null
  /** The draft as it was saved elsewhere while this device has other changes of it. Nothing is saved until the admin has chosen. */
  conflict: Broadcast | null
}

export const blankContent = (): DraftContent => ({
  title: '',
  text: '',
  attachments: [],
  priority: 'normal',
  audience: { kind: 'everybody' },
  needsAcknowledgement: false,
  isLater: false,
  sendAt: '',
  timeZone: ownTimeZone(),
  doesExpire: false,
  expiresAt: '',
})

/** Tells whether a draft has no content that a user would miss. */
export const isBlank = ({ title, text, attachments }: DraftContent): boolean =>
  isEmptyText(title) && isEmptyText(text) && attachments.length === 0

/** Returns the problem that an empty draft has: it is not sent to the server. */
export const nothingToSave = (): Problem => ({
  type: 'about:blank',
  title: t`Nothing to save`,
  status: 400,
  code: 'invalid_input',
  detail: t`Write something first.`,
})

/** Returns the problem of a draft that was saved elsewhere while this device changed it without a connection. */
export const editedProblem = (): Problem => ({
  type: 'about:blank',
  title: t`The draft was changed`,
  status: 409,
  code: 'outdated_revision',
  detail: t`It was changed by another admin, or on another device, meanwhile.`,
})

/** Tells whether a broadcast can still be changed and sent. A held or cancelled broadcast becomes a draft with its first change. */
export const isUnsent = ({ state }: Pick<Broadcast, 'state'>): boolean =>
  state === 'draft' || state === 'held' || state === 'cancelled'

/** Returns the content of a draft as the server takes it. */
export function contentOf({
  title,
  text,
  attachments,
  priority,
  audience,
  needsAcknowledgement,
  sendAt,
  expiresAt,
  timeZone,
}: Broadcast): DraftContent {
  const wall = (at: string | null): string => (at === null ? '' : wallTimeOf(at, timeZone))
  return {
    title,
    text,
    attachments,
    priority,
    audience,
    needsAcknowledgement,
    timeZone,
    isLater: sendAt !== null,
    sendAt: wall(sendAt),
    doesExpire: expiresAt !== null,
    expiresAt: wall(expiresAt),
  }
}

/** Tells whether a draft of the server has what this content would save. */
export function isSaved(content: DraftContent, broadcast: Broadcast): boolean {
  return JSON.stringify(saveableOf(content)) === JSON.stringify(saveableOf(contentOf(broadcast)))
}

interface Saveable {
  input: DraftBroadcastInput
  /** False when a field is left out because it is not complete or too long. */
  isWhole: boolean
}

/** Returns the part of the content that the server accepts now. */
export function saveableOf(content: DraftContent): Saveable {
  const { priority, audience, needsAcknowledgement, timeZone } = content
  const title = fitting(content.title, LIMITS.titleMax)
  const text = fitting(content.text, LIMITS.messageMax)
  const sendAt = content.isLater ? instantOf(content.sendAt, timeZone)?.iso : null
  const expiresAt = content.doesExpire ? instantOf(content.expiresAt, timeZone)?.iso : null
  const isAimed = hasAim(audience)
  return {
    input: {
      // The server gets a shortened text; this device has the full one.
      title: title ?? cut(content.title, LIMITS.titleMax),
      text: text ?? cut(content.text, LIMITS.messageMax),
      attachmentIds: content.attachments.slice(0, LIMITS.attachmentsMax).map(({ id }) => id),
      priority,
      needsAcknowledgement,
      timeZone,
      sendAt: sendAt ?? null,
      expiresAt: expiresAt ?? null,
      ...(isAimed && { audience }),
    },
    isWhole:
      title !== null &&
      text !== null &&
      content.attachments.length <= LIMITS.attachmentsMax &&
      sendAt !== undefined &&
      expiresAt !== undefined &&
      isAimed,
  }
}

/** Tells whether an audience is not empty. */
export function hasAim(audience: BroadcastAudience): boolean {
  if (audience.kind === 'everybody') return true
  return (audience.kind === 'roles' ? audience.roles : audience.ids).length > 0
}

function fitting(text: string, max: number): string | null {
  return codePoints(text.trim()) <= max ? text : null
}

const cut = (text: string, max: number): string => [...text.trim()].slice(0, max).join('')
