import type { ConversationId, UserId } from 'backend/contract'
import { create } from 'zustand'
import { useAuth } from './auth.store.ts'

interface DraftsState {
  drafts: Record<ConversationId, string>
  setDraft(id: ConversationId, text: string): void
}

/** What was typed and not sent, kept in localStorage under the person's id, the same in every tab. */
export const useDrafts = create<DraftsState>()((set, get) => ({
  drafts: {},
  setDraft(id, text) {
    const { [id]: _, ...others } = get().drafts
    const drafts = text === '' ? others : { ...others, [id]: text }
    set({ drafts })
    const user = useAuth.getState().user
    if (user) write(user.id, drafts)
  },
}))

useAuth.subscribe(({ user }, before) => {
  if (user?.id !== before.user?.id) useDrafts.setState({ drafts: user ? read(user.id) : {} })
})

addEventListener('storage', (event) => {
  const user = useAuth.getState().user
  if (user && event.key === keyOf(user.id)) useDrafts.setState({ drafts: read(user.id) })
})

const keyOf = (userId: UserId) => `parley.drafts.${userId}`

function read(userId: UserId): Record<ConversationId, string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(userId)) ?? '{}')
    return Object.fromEntries(Object.entries(kept ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  } catch {
    return {}
  }
}

function write(userId: UserId, drafts: Record<ConversationId, string>): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(drafts))
  } catch {
    // Storage full or forbidden: the draft lives as long as the page.
  }
}
