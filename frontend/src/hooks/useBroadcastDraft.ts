import type { UserId } from 'backend/contract'
import { useEffect, useState } from 'react'
import { newId } from '../lib/newId.ts'

export interface BroadcastDraft {
  title: string
  text: string
  /** One for the life of a draft: sending it again after an answer was lost is still one broadcast. */
  clientMessageId: string
}

interface KeptDraft {
  draft: BroadcastDraft
  change(part: Partial<Pick<BroadcastDraft, 'title' | 'text'>>): void
  /** Goes on writing the same words as another broadcast. */
  renew(): void
  /** Forgets it, here and on the disk: it was sent or is not wanted. */
  clear(): void
}

/** A broadcast that is being written, kept in localStorage under the person's id, so that it survives a reload. */
export function useBroadcastDraft(userId: UserId): KeptDraft {
  const [draft, setDraft] = useState(() => read(userId) ?? fresh())
  useEffect(() => write(userId, draft), [userId, draft])
  return {
    draft,
    change: (part) => setDraft((now) => ({ ...now, ...part })),
    renew: () => setDraft((now) => ({ ...now, clientMessageId: newId() })),
    clear: () => {
      // At once as well: the view is usually left before the effect runs.
      write(userId, fresh())
      setDraft(fresh())
    },
  }
}

const keyOf = (userId: UserId) => `parley.broadcast.${userId}`

const fresh = (): BroadcastDraft => ({ title: '', text: '', clientMessageId: newId() })

function read(userId: UserId): BroadcastDraft | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(userId)) ?? 'null')
    return isDraft(kept) ? kept : null
  } catch {
    return null
  }
}

function write(userId: UserId, draft: BroadcastDraft): void {
  try {
    if (draft.title === '' && draft.text === '') localStorage.removeItem(keyOf(userId))
    else localStorage.setItem(keyOf(userId), JSON.stringify(draft))
  } catch {
    // Storage full or forbidden: the draft lives as long as the view.
  }
}

function isDraft(kept: unknown): kept is BroadcastDraft {
  return (
    typeof kept === 'object' && kept !== null &&
    'title' in kept && typeof kept.title === 'string' &&
    'text' in kept && typeof kept.text === 'string' &&
    'clientMessageId' in kept && typeof kept.clientMessageId === 'string'
  )
}
