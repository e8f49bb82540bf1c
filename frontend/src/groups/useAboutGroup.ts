import type { Group } from 'backend/contract'
import { useState } from 'react'
import { checkDescription, checkName } from './groupForm.validation.ts'

type AboutGroup = Pick<Group, 'name' | 'description' | 'history'>
export type AboutGroupForm = ReturnType<typeof useAboutGroup>

/** What is typed about a group, and what is wrong with it once somebody tried to go on. */
export function useAboutGroup(initial: AboutGroup) {
  const [typed, setTyped] = useState(initial)
  const [tried, setTried] = useState(false)
  const wrong = { name: checkName(typed.name), description: checkDescription(typed.description) }

  /** As it is to be kept; null when it cannot be, which the fields then say. */
  function checked(): AboutGroup | null {
    setTried(true)
    return wrong.name || wrong.description
      ? null
      : { ...typed, name: typed.name.trim(), description: typed.description.trim() }
  }

  return {
    typed,
    errors: { name: tried ? wrong.name : undefined, description: tried ? wrong.description : undefined },
    change: (part: Partial<AboutGroup>) => setTyped((before) => ({ ...before, ...part })),
    checked,
  }
}
