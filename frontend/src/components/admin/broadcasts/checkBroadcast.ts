import { LIMITS, type Problem } from 'backend/contract'
import { count } from '../../../lib/format.ts'

export interface BroadcastErrors {
  title?: string
  text?: string
}

/** What the server would refuse, in sentences for the fields; empty when it can be sent. */
export function checkBroadcast({ title, text }: { title: string; text: string }): BroadcastErrors {
  const titleOver = [...title.trim()].length - LIMITS.titleMax
  const textOver = [...text.trim()].length - LIMITS.messageMax
  return {
    ...(titleOver > 0 && { title: `Shorten the title by ${characters(titleOver)}.` }),
    ...(text.trim() === '' ? { text: 'Write a message first.' } : textOver > 0 && { text: `Shorten the message by ${characters(textOver)}.` }),
  }
}

/** The server's own refusals, for the fields they belong to. */
export function errorsOf(problem: Problem): BroadcastErrors {
  const of = (field: string) => problem.errors?.find((error) => error.field === field)?.message
  const title = of('title')
  const text = of('text')
  return { ...(title && { title }), ...(text && { text }) }
}

const characters = (over: number): string => (over === 1 ? '1 character' : `${count(over)} characters`)
