import { LIMITS } from 'backend/contract'

/** Why a group cannot be called this; undefined when it can. Characters are counted as the server counts them. */
export function checkName(name: string): string | undefined {
  const length = lengthOf(name)
  if (length === 0) return 'Give the group a name.'
  return length > LIMITS.groupNameMax ? `Shorten it by ${length - LIMITS.groupNameMax} characters.` : undefined
}

export function checkDescription(description: string): string | undefined {
  const over = lengthOf(description) - LIMITS.groupDescriptionMax
  return over > 0 ? `Shorten it by ${over} characters.` : undefined
}

const lengthOf = (text: string): number => [...text.trim()].length
