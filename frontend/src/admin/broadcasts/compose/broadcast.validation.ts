import { plural, t } from '@lingui/core/macro'
import { codePoints, isEmptyText, LIMITS, type Problem } from 'backend/contract'
import { fieldErrorText } from '../../../lib/fieldErrorText.ts'
import { serverNow, serverTime } from '../../../lib/serverClock.ts'
import { instantOf } from '../../../lib/zonedTime.ts'
import { hasAim, type DraftContent } from '../shared/draftContent.model.ts'

/** The texts of errors, by field. */
export interface BroadcastErrors {
  title?: string
  text?: string
  audience?: string
  sendAt?: string
  expiresAt?: string
}

/** The fields in the order of the form. */
export const FIELDS = ['title', 'text', 'audience', 'sendAt', 'expiresAt'] as const

/** Returns what the server would refuse; empty when the draft can be sent. */
export function checkBroadcast(content: DraftContent): BroadcastErrors {
  const { isLater, doesExpire, timeZone, audience } = content
  const sendAt = isLater ? instantOf(content.sendAt, timeZone)?.iso : serverTime()
  const expiresAt = doesExpire ? instantOf(content.expiresAt, timeZone)?.iso : null
  return {
    ...checkText(content),
    ...(!hasAim(audience) && {
      audience: audience.kind === 'people' ? t`Choose at least one person.` : t`Choose at least one.`,
    }),
    ...(sendAt === undefined
      ? { sendAt: t`Give a day and a time.` }
      : isLater && Date.parse(sendAt) <= serverNow() && { sendAt: t`That is in the past.` }),
    ...(expiresAt === undefined
      ? { expiresAt: t`Give a day and a time.` }
      : isBefore(expiresAt, sendAt) && { expiresAt: t`It must expire after it is sent.` }),
  }
}

/** Checks only the title, the text and the files. @see checkBroadcast */
export function checkText({
  title,
  text,
  attachments,
}: Pick<DraftContent, 'title' | 'text' | 'attachments'>): BroadcastErrors {
  const titleOver = codePoints(title.trim()) - LIMITS.titleMax
  const textOver = codePoints(text.trim()) - LIMITS.messageMax
  const isEmpty = isEmptyText(text) && attachments.length === 0
  const filesMax = LIMITS.attachmentsMax
  const filesOver = attachments.length - filesMax
  return {
    ...(titleOver > 0 && {
      title: plural(titleOver, {
        one: 'Shorten the title by # character.',
        other: 'Shorten the title by # characters.',
      }),
    }),
    ...(isEmpty && { text: t`Write a message first.` }),
    ...(filesOver > 0 && {
      text: plural(filesOver, {
        one: `It can have ${filesMax} files: remove # file.`,
        other: `It can have ${filesMax} files: remove # files.`,
      }),
    }),
    ...(textOver > 0 && {
      text: plural(textOver, {
        one: 'Shorten the message by # character.',
        other: 'Shorten the message by # characters.',
      }),
    }),
  }
}

/** Returns the server's own refusals, by field. */
export function errorsOf({ errors = [] }: Problem): BroadcastErrors {
  return Object.fromEntries(
    FIELDS.flatMap((field) =>
      errors.flatMap((error) => (error.field === field ? [[field, fieldErrorText(error)]] : [])),
    ),
  )
}

const isBefore = (expiresAt: string | null, sendAt: string | undefined): boolean =>
  expiresAt !== null && sendAt !== undefined && Date.parse(expiresAt) <= Date.parse(sendAt)
