import { useMemo } from 'react'
import type { DraftKey } from './draft.storage.ts'
import { useDrafts } from './drafts.store.ts'

type Fields = Readonly<Record<string, string>>
/** A typed field: the text, and the saved one with which typing began. */
type Typed<T extends Fields> = { readonly [N in keyof T]?: { text: string; from: string } }

export interface FormDraft<T extends Fields> {
  /** The texts to show: the typed ones, and the saved ones of the other fields. */
  values: T
  /** Whether a field was changed and not saved. */
  isChanged: boolean
  /** The fields that were saved elsewhere with another text after typing began. */
  conflicts: readonly (keyof T)[]
  change(part: Partial<T>): void
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
export function useDraft<T extends Fields>(key: DraftKey, saved: T): FormDraft<T> {
  const stored = useDrafts((state) => state.drafts[key])
  const typed = useMemo(() => typedOf<T>(stored, saved), [stored, saved])
  const names: (keyof T)[] = Object.keys(saved)

  const write = (next: Typed<T>): void => {
    const isEmpty = Object.keys(next).length === 0
    useDrafts.getState().setDraft(key, isEmpty ? '' : JSON.stringify(next))
  }
  const conflicts = names.filter((name) => {
    const field = typed[name]
    return field && field.from !== saved[name] && field.text !== saved[name]
  })

  return {
    values: Object.fromEntries(names.map((name) => [name, typed[name]?.text ?? saved[name]])) as T,
    isChanged: names.some((name) => typed[name] && typed[name].text !== saved[name]),
    conflicts,
    change(part) {
      const next: Record<string, unknown> = { ...typedOf<T>(useDrafts.getState().drafts[key], saved) }
      for (const [name, text] of Object.entries(part)) {
        if (text === saved[name]) delete next[name]
        else next[name] = { text, from: typed[name]?.from ?? saved[name] }
      }
      write(next as Typed<T>)
    },
    clear: () => write({}),
    keepMine: () => write(without(typed, [], saved)),
    keepTheirs: () => write(without(typed, conflicts, saved)),
  }
}

/** Returns the typed fields without some; the others begin anew with what is saved. */
function without<T extends Fields>(typed: Typed<T>, names: readonly (keyof T)[], saved: T): Typed<T> {
  const rest = Object.entries(typed).flatMap(([name, field]) =>
    !field || names.includes(name) ? [] : [[name, { text: field.text, from: saved[name] }]],
  )
  return Object.fromEntries(rest) as Typed<T>
}

/** Reads a stored draft. An earlier build of the page may have stored other fields. */
function typedOf<T extends Fields>(stored: string | undefined, saved: T): Typed<T> {
  try {
    const kept: unknown = JSON.parse(stored ?? '{}')
    return Object.fromEntries(
      Object.entries(kept ?? {}).filter(([name, field]) => name in saved && isTyped(field)),
    ) as Typed<T>
  } catch {
    return {}
  }
}

function isTyped(field: unknown): field is { text: string; from: string } {
  return (
    typeof field === 'object' &&
    field !== null &&
    'text' in field &&
    typeof field.text === 'string' &&
    'from' in field &&
    typeof field.from === 'string'
  )
}
