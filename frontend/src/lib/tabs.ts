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

/** Returns whether one tab can lead the others: see `holdRole`. */
export const canLead = (): boolean => lockManager() !== undefined && 'BroadcastChannel' in globalThis

/** Runs the work while no other tab runs work of this name. In a browser without Web Locks every tab runs it. */
export async function exclusively(name: string, work: () => Promise<void>): Promise<void> {
  const locks = lockManager()
  if (locks) await locks.request(name, work)
  else await work()
}

/**
 * Waits until no other tab has this role, then keeps it until the returned function is called or the tab is closed.
 * In a browser without Web Locks `begun` is not called, and the tab only tells others that it is there.
 */
export function holdRole(name: string, begun: () => void): () => void {
  if (!lockManager()) return claimRole(name)
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

/** Returns whether any tab has this role. Without Web Locks it asks the other tabs, which takes ANSWER_MS when none has it. */
export async function isHeld(name: string): Promise<boolean> {
  const locks = lockManager()
  if (!locks) return claimed.has(name) || askForRole(name)
  const { held = [] } = await locks.query()
  return held.some((lock) => lock.name === name)
}

/** Holds a lock until this tab or worker ends. Resolves when it is held, to false where there are no Web Locks. */
export async function holdForLife(name: string): Promise<boolean> {
  const locks = lockManager()
  if (!locks) return false
  await new Promise<void>((resolve) => {
    void locks.request(name, () => {
      resolve()
      return new Promise(() => {})
    })
  })
  return true
}

/** Calls back when the tab or worker that holds this lock for life has ended. Returns a function that stops waiting. */
export function onEnd(name: string, ended: () => void): () => void {
  const stop = new AbortController()
  lockManager()
    ?.request(name, { signal: stop.signal }, () => {
      // Stopped at the moment at which it was granted.
      if (!stop.signal.aborted) ended()
    })
    // Aborted while it waited.
    .catch(() => {})
  return () => stop.abort()
}

/** How long another tab may take to answer. A tab in the background with much to do is slow. */
const ANSWER_MS = 3000

interface RoleMessage {
  kind: 'question' | 'answer'
  name: string
}

/** The roles of this tab in a browser without Web Locks. */
const claimed = new Set<string>()
/** Called with each role that another tab says it has. */
const questions = new Set<(name: string) => void>()
let roles: TabChannel<RoleMessage> | null = null

function roleChannel(): TabChannel<RoleMessage> {
  roles ??= openChannel<RoleMessage>('parley.roles', ({ kind, name }) => {
    if (kind === 'answer') for (const answered of questions) answered(name)
    else if (claimed.has(name)) roleChannel().tell({ kind: 'answer', name })
  })
  return roles
}

function claimRole(name: string): () => void {
  roleChannel()
  claimed.add(name)
  return () => void claimed.delete(name)
}

function askForRole(wanted: string): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(false), ANSWER_MS)
    function hear(name: string): void {
      if (name === wanted) end(true)
    }
    function end(isClaimed: boolean): void {
      clearTimeout(timer)
      questions.delete(hear)
      resolve(isClaimed)
    }
    questions.add(hear)
    roleChannel().tell({ kind: 'question', name: wanted })
  })
}

/** Returns the lock manager. The types say that it always exists; plain http has none. */
function lockManager(): LockManager | undefined {
  return 'locks' in navigator ? navigator.locks : undefined
}
