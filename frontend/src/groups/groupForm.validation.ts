import { codePoints, LIMITS } from 'backend/contract'

/** Why a group cannot be called this; undefined when it can. Characters are counted as the server counts them. */
export function checkName(name: string): string | undefined {
  const length = codePoints(name.trim())
  if (length === 0) return 'Give the group a name.'
  return length > LIMITS.groupNameMax ? `Shorten it by ${length - LIMITS.groupNameMax} characters.` : undefined
}

export function checkDescription(description: string): string | undefined {
  const over = codePoints(description.trim()) - LIMITS.groupDescriptionMax
  return over > 0 ? `Shorten it by ${over} characters.` : undefined
}
