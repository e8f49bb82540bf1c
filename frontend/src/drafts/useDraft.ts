import { useMemo } from 'react'
import type { DraftKey } from './draft.storage.ts'
import { useDrafts } from './drafts.store.ts'

type Fields<N extends string> = Readonly<Record<N, string>>
/** The typed fields by name. `from` is the saved text with which typing began. */
type Typed = Map<string, { text: string; from: string }>

export interface FormDraft<N extends string> {
  /** The texts to show: the typed ones, and the saved ones of the other fields. */
  values: Fields<N>
  /** Whether a field was changed and not saved. */
  isChanged: boolean
  /** The fields that were saved elsewhere with another text after typing began. */
  conflicts: readonly N[]
  /** Tells whether a field would conflict if the server had these texts. */
  conflictsWith(saved: Fields<N>): boolean
  change(part: { readonly [M in N]?: string }): void
  /** Forgets the typed texts, after they were saved or given up. */
  clear(): void
  /** Keeps the typed texts over those that were saved elsewhere. */
  keepMine(): void
  /** Takes the texts that were saved elsewhere. */
  keepTheirs(): void
}

/**
 * Holds the text fields of a form as a draft of the signed-in user on this device. A field that was not changed follows what is
 * saved elsewhere. Never use it for passwords and codes.
 * @param key names the thing that the form is about
 * @param saved the texts that the server has, as far as the page knows
 */
export function useDraft<N extends string>(key: DraftKey, saved: Fields<N>): FormDraft<N> {
  const stored = useDrafts((state) => state.drafts[key])
  const typed = useMemo(() => typedOf(stored), [stored])

  const values: Record<N, string> = { ...saved }
  const conflicts: N[] = []
  let isChanged = false
  for (const name in saved) {
    const field = typed.get(name)
    if (!field) continue
    values[name] = field.text
    if (field.text === saved[name]) continue
    isChanged = true
    if (isConflicting(field, saved[name])) conflicts.push(name)
  }

  function write(next: Typed): void {
    useDrafts.getState().setDraft(key, next.size === 0 ? '' : JSON.stringify(Object.fromEntries(next)))
  }

  /** Lets some typed fields begin anew with what is saved now, and forgets the others. */
  function keep(isKept: (name: N) => boolean): void {
    const next: Typed = new Map()
    for (const name in saved) {
      const field = typed.get(name)
      if (field && isKept(name)) next.set(name, { text: field.text, from: saved[name] })
    }
    write(next)
  }

  return {
    values,
    isChanged,
    conflicts,
    conflictsWith(now) {
      const typed = typedOf(useDrafts.getState().drafts[key])
      for (const name in saved) if (isConflicting(typed.get(name), now[name])) return true
      return false
    },
    change(part) {
      const next = typedOf(useDrafts.getState().drafts[key])
      for (const name in part) {
        const text = part[name]
        if (text === undefined) continue
        if (text === saved[name]) next.delete(name)
        else next.set(name, { text, from: next.get(name)?.from ?? saved[name] })
      }
      write(next)
    },
    clear: () => write(new Map()),
    keepMine: () => keep(() => true),
    keepTheirs: () => keep((name) => !conflicts.includes(name)),
  }
}

/** Tells whether a field was saved elsewhere with another text after typing began. */
const isConflicting = (field: { text: string; from: string } | undefined, saved: string): boolean =>
  field !== undefined && field.text !== saved && field.from !== saved

/** Reads a stored draft. An earlier build of the page may have stored it in another form. */
function typedOf(stored: string | undefined): Typed {
  try {
    const kept: unknown = JSON.parse(stored ?? '{}')
    return new Map(
      Object.entries(kept ?? {}).filter((entry): entry is [string, { text: string; from: string }] =>
        isTyped(entry[1]),
      ),
    )
  } catch {
    return new Map()
  }
}

function isTyped(field: unknown): boolean {
  return (
    typeof field === 'object' &&
    field !== null &&
    'text' in field &&
    typeof field.text === 'string' &&
    'from' in field &&
    typeof field.from === 'string'
  )
}
