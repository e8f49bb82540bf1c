/** What the tabs of one browser say to each other and do by turns. All of it is missing in some browsers or without https. */

export interface TabChannel<T> {
  /** To the other tabs, not to this one. */
  tell(value: T): void
  close(): void
}

/** @param heard what another tab of this origin said; it may be of another build of the page */
export function openChannel<T>(name: string, heard: (value: T) => void): TabChannel<T> {
  if (!('BroadcastChannel' in globalThis)) return { tell: () => {}, close: () => {} }
  const channel = new BroadcastChannel(name)
  channel.addEventListener('message', ({ data }: { data: T }) => heard(data))
  return {
    // The rule means windows, which have origins; a channel stays within its own.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    tell: (value) => channel.postMessage(value),
    close: () => channel.close(),
  }
}

/** Does the work while no other tab does work of this name. Where browsers have no Web Locks, every tab goes ahead. */
export async function exclusively(name: string, work: () => Promise<void>): Promise<void> {
  const locks = lockManager()
  if (locks) await locks.request(name, work)
  else await work()
}

/**
 * Waits to be the one tab that has this role, and keeps it until the returned function is called or the tab is closed.
 * Without Web Locks nobody gets it.
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
    // Given up while it waited.
    .catch(() => {})
  return () => giveUp.abort()
}

/** Whether any tab holds this role; false also where nobody can say. */
export async function isHeld(name: string): Promise<boolean> {
  const { held = [] } = (await lockManager()?.query()) ?? {}
  return held.some((lock) => lock.name === name)
}

/** Typed as always there, and missing on plain http. */
function lockManager(): LockManager | undefined {
  return 'locks' in navigator ? navigator.locks : undefined
}
