/** Lets the tabs of one browser talk to each other and take turns. Some browsers lack this, and so does plain http. */

export interface TabChannel<T> {
  /** Sends to the other tabs, not to this one. */
  tell(value: T): void
  close(): void
}

/** Opens a channel between the tabs of this origin. @param heard gets each value; the sender may run another build of the page */
export function openChannel<T>(name: string, heard: (value: T) => void): TabChannel<T> {
  if (!('BroadcastChannel' in globalThis)) return { tell: () => {}, close: () => {} }
  const channel = new BroadcastChannel(name)
  channel.addEventListener('message', ({ data }: { data: T }) => heard(data))
  return {
    // The rule is about windows. A channel never leaves its origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    tell: (value) => channel.postMessage(value),
    close: () => channel.close(),
  }
}

/** Runs the work while no other tab runs work of this name. In a browser without Web Locks every tab runs it. */
export async function exclusively(name: string, work: () => Promise<void>): Promise<void> {
  const locks = lockManager()
  if (locks) await locks.request(name, work)
  else await work()
}

/**
 * Waits until no other tab has this role, then keeps it until the returned function is called or the tab is closed.
 * In a browser without Web Locks no tab gets it.
 */
export function holdRole(name: string, begun: () => void): () => void {
  const giveUp = new AbortController()
  const { signal } = giveUp
  const held = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  lockManager()
    ?.request(name, { signal }, () => {
      begun()
      return held
    })
    // Aborted while it waited.
    .catch(() => {})
  return () => giveUp.abort()
}

/** Returns whether any tab has this role; false also in a browser without Web Locks. */
export async function isHeld(name: string): Promise<boolean> {
  const { held = [] } = (await lockManager()?.query()) ?? {}
  return held.some((lock) => lock.name === name)
}

/** Returns the lock manager. The types say that it always exists; plain http has none. */
function lockManager(): LockManager | undefined {
  return 'locks' in navigator ? navigator.locks : undefined
}
