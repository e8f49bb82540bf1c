import { t } from '@lingui/core/macro'
import type { UserId } from 'backend/contract'
import { create } from 'zustand'
import { useSession } from '../accounts/session.store.ts'
import { registerUnsent } from '../accounts/unsent.registry.ts'
import { showToast } from '../ui/toast.store.ts'
import { changedDraft, dropDrafts, storeDraft, storedDrafts, type DraftKey } from './draft.storage.ts'

interface DraftsState {
  drafts: Readonly<Record<DraftKey, string>>
  /** Keeps a text on this device; an empty text removes it. */
  setDraft(key: DraftKey, text: string): void
}

/**
 * The texts that the signed-in user typed and did not send or save. They survive a reload, a crash and an update of the page, and
 * all tabs share them. Passwords and codes never come here.
 */
export const useDrafts = create<DraftsState>()((set, get) => ({
  // The module loads with the first field, usually after the sign-in is restored.
  drafts: ofCurrentUser(),
  setDraft(key, text) {
    if ((get().drafts[key] ?? '') === text) return
    set({ drafts: withDraft(get().drafts, key, text) })
    waiting.add(key)
    if (text.length <= AT_ONCE_MAX) storeWaiting()
    else timer ??= setTimeout(storeWaiting, STORE_DELAY_MS)
  },
}))

/** Longer texts are written to the disk at most every `STORE_DELAY_MS`: each write copies the whole text. */
const AT_ONCE_MAX = 20_000
const STORE_DELAY_MS = 500

/** The drafts that the disk does not have. */
const waiting = new Set<DraftKey>()
let timer: ReturnType<typeof setTimeout> | undefined
let isToldFull = false

function storeWaiting(): void {
  storeFor(useSession.getState().user?.id)
}

function storeFor(userId: UserId | undefined): void {
  clearTimeout(timer)
  timer = undefined
  if (userId === undefined) return
  const { drafts } = useDrafts.getState()
  for (const key of waiting) if (storeDraft(userId, key, drafts[key] ?? '')) waiting.delete(key)
  if (waiting.size > 0 && !isToldFull)
    showToast(t`This browser has no room for your draft. Send or copy it before you close the page.`, 'error')
  isToldFull = waiting.size > 0
}

/** Removes all drafts of a user from this device, and from this page when the user is signed in. */
function forgetDrafts(userId: UserId): void {
  if (useSession.getState().user?.id === userId) {
    waiting.clear()
    useDrafts.setState({ drafts: {} })
  }
  dropDrafts(userId)
}

registerUnsent('drafts', {
  count: (userId) => Object.keys(storedDrafts(userId)).length,
  forget: forgetDrafts,
})

useSession.subscribe(({ user, status, endReason }, before) => {
  if (user?.id === before.user?.id) return
  // A sign-out, in whichever tab, has removed the drafts. They stay for the next visit when the server ended the session.
  const isSignedOut = status === 'signedOut' && endReason === null
  if (!isSignedOut) storeFor(before.user?.id)
  waiting.clear()
  useDrafts.setState({ drafts: ofCurrentUser() })
})

addEventListener('storage', (event) => {
  const user = useSession.getState().user
  const changed = user && changedDraft(user.id, event)
  if (!changed || isInUse(changed.key)) return
  useDrafts.setState(({ drafts }) => ({ drafts: withDraft(drafts, changed.key, changed.text) }))
})

addEventListener('pagehide', storeWaiting)
addEventListener('beforeunload', (event) => {
  storeWaiting()
  if (waiting.size > 0) event.preventDefault()
})

/** Returns whether the user is typing this draft in this tab, where the text of another tab would come between. */
function isInUse(key: DraftKey): boolean {
  const field = document.activeElement?.closest<HTMLElement>('[data-draft]')
  return document.hasFocus() && field?.dataset['draft'] === key
}

function withDraft(drafts: DraftsState['drafts'], key: DraftKey, text: string): DraftsState['drafts'] {
  const { [key]: _, ...others } = drafts
  return text === '' ? others : { ...others, [key]: text }
}

function ofCurrentUser(): Record<DraftKey, string> {
  const user = useSession.getState().user
  return user ? storedDrafts(user.id) : {}
}
