import type { Group, GroupHistory } from 'backend/contract'
import { useState } from 'react'
import type { DraftKey } from '../drafts/draft.storage.ts'
import { useDraft, type FormDraft } from '../drafts/useDraft.ts'
import { checkDescription, checkName } from './groupForm.validation.ts'

type AboutGroup = Pick<Group, 'name' | 'description' | 'history'>

export interface AboutGroupForm {
  typed: AboutGroup
  /** Empty until the first call of `checked`. */
  errors: { name: string | undefined; description: string | undefined }
  change: (part: Partial<AboutGroup>) => void
  /** Returns the trimmed values; null when a field is invalid, and then shows the errors. */
  checked: () => AboutGroup | null
  draft: FormDraft<'name' | 'description'>
}

/** Holds the fields of a group's form and checks them. @param key names the draft of the texts */
export function useAboutGroup(key: DraftKey, saved: AboutGroup): AboutGroupForm {
  const draft = useDraft(key, { name: saved.name, description: saved.description })
  // A choice that the user did not touch follows the server.
  const [history, setHistory] = useState<GroupHistory | null>(null)
  const typed = { ...draft.values, history: history ?? saved.history }
  const [tried, setTried] = useState(false)
  const wrong = { name: checkName(typed.name), description: checkDescription(typed.description) }

  function checked(): AboutGroup | null {
    setTried(true)
    return wrong.name || wrong.description
      ? null
      : { ...typed, name: typed.name.trim(), description: typed.description.trim() }
  }

  return {
    typed,
    errors: { name: tried ? wrong.name : undefined, description: tried ? wrong.description : undefined },
    change({ history, ...texts }) {
      if (history) setHistory(history)
      draft.change(texts)
    },
    draft,
    checked,
  }
}
