import type { ConversationId, UserId } from 'backend/contract'
import { create } from 'zustand'
import { useSession } from '../accounts/session.store.ts'

interface DraftsState {
  drafts: Record<ConversationId, string>
  setDraft(id: ConversationId, text: string): void
}

/** Texts that were typed and not sent. localStorage keeps them under the user's id; all tabs share them. */
export const useDrafts = create<DraftsState>()((set, get) => ({
  // The module loads with the first conversation, usually after the sign-in is restored.
  drafts: ofCurrentUser(),
  setDraft(id, text) {
    const { [id]: _, ...others } = get().drafts
    const drafts = text === '' ? others : { ...others, [id]: text }
    set({ drafts })
    const user = useSession.getState().user
    if (user) write(user.id, drafts)
  },
}))

useSession.subscribe(({ user }, before) => {
  if (user?.id !== before.user?.id) useDrafts.setState({ drafts: ofCurrentUser() })
})

addEventListener('storage', (event) => {
  const user = useSession.getState().user
  if (user && event.key === keyOf(user.id)) useDrafts.setState({ drafts: read(user.id) })
})

function keyOf(userId: UserId): string {
  return `parley.drafts.${userId}`
}

function ofCurrentUser(): Record<ConversationId, string> {
  const user = useSession.getState().user
  return user ? read(user.id) : {}
}

function read(userId: UserId): Record<ConversationId, string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(userId)) ?? '{}')
    return Object.fromEntries(
      Object.entries(kept ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch {
    return {}
  }
}

function write(userId: UserId, drafts: Record<ConversationId, string>): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(drafts))
  } catch {
    // Storage is full or forbidden: the draft is lost with the page.
  }
}
