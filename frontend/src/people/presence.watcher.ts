import type { UserId } from 'backend/contract'
import { socket } from '../connection/socket.client.ts'
import { usePresence } from './presence.store.ts'

/** A list that is drawn names its rows together. */
const TOGETHER_MS = 30
/** A user who is shown no longer is watched for this long, because a list that scrolls back shows the user again. */
const LINGER_MS = 10_000

/** How many components show each user. */
const shown = new Map<UserId, number>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Has the server tell of the presence of these users. Returns a function that ends it. */
export function showPresence(userIds: readonly UserId[]): () => void {
  for (const id of userIds) shown.set(id, (shown.get(id) ?? 0) + 1)
  tellSoon()
  return () => {
    for (const id of userIds) shown.set(id, (shown.get(id) ?? 0) - 1)
    setTimeout(removeUnshown, LINGER_MS)
  }
}

/** Tells the connection which users are shown. Call it for each new connection. */
export function tellShown(): void {
  clearTimeout(timer)
  timer = undefined
  socket.watchPresence([...shown.keys()])
}

function tellSoon(): void {
  timer ??= setTimeout(tellShown, TOGETHER_MS)
}

function removeUnshown(): void {
  const gone = [...shown].flatMap(([id, count]) => (count === 0 ? [id] : []))
  if (gone.length === 0) return
  for (const id of gone) shown.delete(id)
  usePresence.getState().forget(gone)
  tellSoon()
}
