import { plural, t } from '@lingui/core/macro'
import { cleanLine, codePoints, LIMITS } from 'backend/contract'
import { wrongCharacters } from '../lib/nameText.ts'

/** Checks a group's name. Returns a sentence, or undefined for a valid name. */
export function checkName(name: string): string | undefined {
  const length = codePoints(cleanLine(name))
  if (length === 0) return t`Give the group a name.`
  return length > LIMITS.groupNameMax ? shorten(length - LIMITS.groupNameMax) : wrongCharacters(name)
}

/** Checks a group's description. Returns a sentence, or undefined for a valid description. */
export function checkDescription(description: string): string | undefined {
  const over = codePoints(description.trim()) - LIMITS.groupDescriptionMax
  return over > 0 ? shorten(over) : undefined
}

const shorten = (over: number): string =>
  plural(over, { one: 'Shorten it by # character.', other: 'Shorten it by # characters.' })
