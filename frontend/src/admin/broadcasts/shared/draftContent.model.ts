import { t } from '@lingui/core/macro'
import {
  codePoints,
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

/** A broadcast as it stands in the form. Times are what clocks in `timeZone` show, as the browser's fields hold them; empty: none is given. */
export interface DraftContent {
  title: string
  text: string
  attachments: Attachment[]
  priority: BroadcastPriority
  audience: BroadcastAudience
  needsAcknowledgement: boolean
  /** At `sendAt`, not at once. */
  isLater: boolean
  sendAt: string
  timeZone: string
  doesExpire: boolean
  expiresAt: string
}

/** A draft, and how far the server has it. */
export interface DraftState {
  /** Null: the server has not got it yet. */
  id: BroadcastId | null
  status: 'loading' | 'ready' | 'error'
  /** Why it could not be loaded. */
  problem: Problem | null
  content: DraftContent
  /** `local`: all that the server can take is there, the rest on this device. `failed`: see `saveProblem`. */
  saving: 'none' | 'unsaved' | 'saving' | 'saved' | 'local' | 'failed'
  /** ISO 8601 */
  savedAt: string | null
  saveProblem: Problem | null
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

/** Nothing in it that anybody would miss. */
export const isBlank = ({ title, text, attachments }: DraftContent): boolean =>
  title.trim() === '' && text.trim() === '' && attachments.length === 0

/** Returns the problem that an empty draft has: it is not sent to the server. */
export const nothingToSave = (): Problem => ({
  type: 'about:blank',
  title: t`Nothing to save`,
  status: 400,
  code: 'invalid_input',
  detail: t`Write something first.`,
})

/** It can still be changed, and sent. A cancelled one is a draft again with the first change. */
export const isUnsent = ({ state }: Pick<Broadcast, 'state'>): boolean => state === 'draft' || state === 'cancelled'

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

interface Saveable {
  input: DraftBroadcastInput
  /** All of it can be saved; otherwise the rest is left out until it is complete, or fits. */
  isWhole: boolean
}

/** What the server can take of it now. */
export function saveableOf(content: DraftContent): Saveable {
  const { priority, audience, needsAcknowledgement, timeZone } = content
  const title = fitting(content.title, LIMITS.titleMax)
  const text = fitting(content.text, LIMITS.messageMax)
  const sendAt = content.isLater ? instantOf(content.sendAt, timeZone)?.iso : null
  const expiresAt = content.doesExpire ? instantOf(content.expiresAt, timeZone)?.iso : null
  const isAimed = hasAim(audience)
  return {
    input: {
      // What does not fit is cut at the server; this device has the whole of it.
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

/** Somebody is named. */
export function hasAim(audience: BroadcastAudience): boolean {
  if (audience.kind === 'everybody') return true
  return (audience.kind === 'roles' ? audience.roles : audience.ids).length > 0
}

function fitting(text: string, max: number): string | null {
  return codePoints(text.trim()) <= max ? text : null
}

const cut = (text: string, max: number): string => [...text.trim()].slice(0, max).join('')
