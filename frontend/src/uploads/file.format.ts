import { plural, t } from '@lingui/core/macro'
import type { Attachment } from 'backend/contract'

/** Words times and names of files. */

/** `0:12`, `1:02:03` */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0))
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor((whole % 3600) / 60),
    String(whole % 60).padStart(2, '0'),
  ]
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

/** `1 minute 12 seconds`, for screen readers. */
export function spokenClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60]
  const secondsText = plural(rest, { one: '# second', other: '# seconds' })
  if (minutes === 0) return secondsText
  const minutesText = plural(minutes, { one: '# minute', other: '# minutes' })
  return rest === 0 ? minutesText : t`${minutesText} ${secondsText}`
}

export type Described = Pick<Attachment, 'kind' | 'name' | 'isVoice' | 'durationSeconds'>

/** Words the files of a message: `Photo`, `3 photos`, `Voice message 0:12`, `plan.pdf`, `3 files`; empty without files. */
export function attachmentLabel(attachments: readonly Described[]): string {
  const [first] = attachments
  if (!first) return ''
  if (attachments.length === 1) return labelOfOne(first)
  const isAll = (kind: Attachment['kind']): boolean => attachments.every((one) => one.kind === kind)
  const { length } = attachments
  if (isAll('image')) return plural(length, { one: '# photo', other: '# photos' })
  if (isAll('video')) return plural(length, { one: '# video', other: '# videos' })
  return plural(length, { one: '# file', other: '# files' })
}

/** Words a message in one line: its files and its text. */
export function summaryOf(attachments: readonly Described[], text: string): string {
  return [attachmentLabel(attachments), text].filter((part) => part !== '').join(' · ')
}

function labelOfOne({ kind, name, isVoice, durationSeconds }: Described): string {
  if (isVoice) {
    if (durationSeconds === null) return t`Voice message`
    const duration = clock(durationSeconds)
    return t`Voice message ${duration}`
  }
  if (kind === 'image') return t`Photo`
  return kind === 'video' ? t`Video` : name
}

/** Returns the type from the end of the name, such as `PDF`; empty when the name has none. */
export function extensionOf(name: string): string {
  return /[^.]\.([\p{L}\p{N}]{1,5})$/u.exec(name)?.[1]?.toUpperCase() ?? ''
}

/** Shortens a name to `max` code points and keeps its extension. */
export function shortenedName(name: string, max: number): string {
  const letters = [...name]
  if (letters.length <= max) return name
  const end = [...(/\.[^.]{1,16}$/u.exec(name)?.[0] ?? '')]
  return [...letters.slice(0, max - end.length - 1), '…', ...end].join('')
}
