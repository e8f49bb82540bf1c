import type { Attachment } from 'backend/contract'

export { fileSize } from '../lib/format.ts'

/** What is said of files, short. */

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

/** `12 seconds`, for who listens. */
export function spokenClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60]
  return [
    minutes > 0 && `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`,
    (rest > 0 || minutes === 0) && `${rest} ${rest === 1 ? 'second' : 'seconds'}`,
  ]
    .filter(Boolean)
    .join(' ')
}

export type Described = Pick<Attachment, 'kind' | 'name' | 'isVoice' | 'durationSeconds'>

/** What a message brings: `Photo`, `3 photos`, `Voice message 0:12`, `plan.pdf`, `3 files`; empty for nothing. */
export function attachmentLabel(attachments: readonly Described[]): string {
  const [first] = attachments
  if (!first) return ''
  if (attachments.length === 1) return labelOfOne(first)
  const isAll = (kind: Attachment['kind']): boolean => attachments.every((one) => one.kind === kind)
  return `${attachments.length} ${isAll('image') ? 'photos' : isAll('video') ? 'videos' : 'files'}`
}

/** A message in one line: what it brings and what it says. */
export function summaryOf(attachments: readonly Described[], text: string): string {
  return [attachmentLabel(attachments), text].filter((part) => part !== '').join(' · ')
}

function labelOfOne({ kind, name, isVoice, durationSeconds }: Described): string {
  if (isVoice) return durationSeconds === null ? 'Voice message' : `Voice message ${clock(durationSeconds)}`
  if (kind === 'image') return 'Photo'
  return kind === 'video' ? 'Video' : name
}

/** `PDF`, from the name; empty when that tells nothing. */
export function extensionOf(name: string): string {
  return /[^.]\.([\p{L}\p{N}]{1,5})$/u.exec(name)?.[1]?.toUpperCase() ?? ''
}

/** At most `max` code points, with what tells the type kept. */
export function shortenedName(name: string, max: number): string {
  const letters = [...name]
  if (letters.length <= max) return name
  const end = [...(/\.[^.]{1,16}$/u.exec(name)?.[0] ?? '')]
  return [...letters.slice(0, max - end.length - 1), '…', ...end].join('')
}
