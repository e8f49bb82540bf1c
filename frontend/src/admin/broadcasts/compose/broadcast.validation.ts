import { codePoints, LIMITS, type Problem } from 'backend/contract'
import { count } from '../../../lib/format.ts'
import { instantOf } from '../../../lib/zonedTime.ts'
import { hasAim, type DraftContent } from '../shared/draftContent.model.ts'

/** In sentences, for the fields that they belong to. */
export interface BroadcastErrors {
  title?: string
  text?: string
  audience?: string
  sendAt?: string
  expiresAt?: string
}

/** In the order of the form. */
export const FIELDS = ['title', 'text', 'audience', 'sendAt', 'expiresAt'] as const

/** What the server would refuse; empty when it can be sent. */
export function checkBroadcast(content: DraftContent): BroadcastErrors {
  const { isLater, doesExpire, timeZone, audience } = content
  const sendAt = isLater ? instantOf(content.sendAt, timeZone)?.iso : new Date().toISOString()
  const expiresAt = doesExpire ? instantOf(content.expiresAt, timeZone)?.iso : null
  return {
    ...checkText(content),
    ...(!hasAim(audience) && {
      audience: audience.kind === 'people' ? 'Choose somebody first.' : 'Choose at least one.',
    }),
    ...(sendAt === undefined
      ? { sendAt: 'Give a day and a time.' }
      : isLater && Date.parse(sendAt) <= Date.now() && { sendAt: 'That is in the past.' }),
    ...(expiresAt === undefined
      ? { expiresAt: 'Give a day and a time.' }
      : isBefore(expiresAt, sendAt) && { expiresAt: 'It must expire after it is sent.' }),
  }
}

/** @see checkBroadcast, for the words alone */
export function checkText({
  title,
  text,
  attachments,
}: Pick<DraftContent, 'title' | 'text' | 'attachments'>): BroadcastErrors {
  const titleOver = codePoints(title.trim()) - LIMITS.titleMax
  const textOver = codePoints(text.trim()) - LIMITS.messageMax
  const isEmpty = text.trim() === '' && attachments.length === 0
  const filesOver = attachments.length - LIMITS.attachmentsMax
  return {
    ...(titleOver > 0 && { title: `Shorten the title by ${characters(titleOver)}.` }),
    ...(isEmpty && { text: 'Write a message first.' }),
    ...(filesOver > 0 && { text: `It can have ${LIMITS.attachmentsMax} files: take ${count(filesOver)} away.` }),
    ...(textOver > 0 && { text: `Shorten the message by ${characters(textOver)}.` }),
  }
}

/** The server's own refusals. */
export function errorsOf({ errors = [] }: Problem): BroadcastErrors {
  return Object.fromEntries(
    FIELDS.flatMap((field) => errors.flatMap((error) => (error.field === field ? [[field, error.message]] : []))),
  )
}

const isBefore = (expiresAt: string | null, sendAt: string | undefined): boolean =>
  expiresAt !== null && sendAt !== undefined && Date.parse(expiresAt) <= Date.parse(sendAt)

const characters = (over: number): string => (over === 1 ? '1 character' : `${count(over)} characters`)
