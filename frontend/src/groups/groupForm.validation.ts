import { plural, t } from '@lingui/core/macro'
import { codePoints, LIMITS } from 'backend/contract'

/** Checks a group's name. Returns a sentence, or undefined for a valid name. */
export function checkName(name: string): string | undefined {
  const length = codePoints(name.trim())
  if (length === 0) return t`Give the group a name.`
  return length > LIMITS.groupNameMax ? shorten(length - LIMITS.groupNameMax) : undefined
}

/** Checks a group's description. Returns a sentence, or undefined for a valid description. */
export function checkDescription(description: string): string | undefined {
  const over = codePoints(description.trim()) - LIMITS.groupDescriptionMax
  return over > 0 ? shorten(over) : undefined
}

const shorten = (over: number): string =>
  plural(over, { one: 'Shorten it by # character.', other: 'Shorten it by # characters.' })
