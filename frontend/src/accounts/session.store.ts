import type {
  LoginInput,
  OwnUser,
  Problem,
  SessionEndReason,
  SettingsInput,
  SignupInput,
  User,
  UserId,
} from 'backend/contract'
import { create } from 'zustand'
import * as api from './session.api.ts'
import { actFor, onSessionEnded, onUserReplaced, refresh } from '../connection/http.client.ts'
import { noteFreshAccess } from '../connection/access.storage.ts'
import { asProblem } from '../connection/problem.model.ts'
import { openChannel } from '../lib/tabs.ts'

interface SessionState {
  /**
   * `unknown` until the server has answered whether there is a session. `replaced`: another tab of this browser signed in as another
   * user, so this tab must not act any more.
   */
  status: 'unknown' | 'signedOut' | 'signedIn' | 'replaced'
  user: OwnUser | null
  /** Why the server ended the last session; null when the user signed out. */
  endReason: SessionEndReason | null
  /** Whether this user has just made the first account, which is the admin's. */
  isFirstAdmin: boolean
  /** Why the request to the server failed; `status` stays `unknown`. */
  problem: Problem | null
  /** Restores the session of the cookies, if there is one. Callers at the same time share one request. */
  restore(): Promise<void>
  signup(input: SignupInput): Promise<void>
  login(input: LoginInput): Promise<void>
  logout(): Promise<void>
  /** Throws ApiProblem, and then changes nothing. */
  update(settings: SettingsInput): Promise<void>
  /** The user's public profile changed, perhaps in another tab. */
  userChanged(changed: User): void
  /** The user's private account changed, perhaps by an admin. */
  ownUserChanged(changed: OwnUser): void
  /** Until when the user is muted, ISO 8601; null when not muted. */
  muted(until: string | null): void
  /** Reads the account again, because events were missed without a connection. A failure changes nothing. */
  resume(): Promise<void>
  /** Another user is signed in in this browser now. */
  replaced(): void
  /** The server ended the session. */
  ended(reason: SessionEndReason): void
}

export const useSession = create<SessionState>()((set, get) => ({
  status: 'unknown',
  user: null,
  endReason: null,
  isFirstAdmin: false,
  problem: null,

  restore() {
    restoring ??= restoreOnce().finally(() => {
      restoring = null
    })
    return restoring
  },

  async signup(input) {
    const { user } = await api.signup(input)
    signedIn(user)
    // Only the first account of a server is an admin from the beginning.
    set({ isFirstAdmin: user.role === 'admin' })
  },

  async login(input) {
    const { user } = await api.login(input)
    signedIn(user)
  },

  async logout() {
    const { user } = get()
    await api.logout()
    if (user) otherTabs.tell({ userId: user.id, reason: 'logged_out' })
    set({ status: 'signedOut', user: null, endReason: null })
  },

  async update(settings) {
    const user = await api.updateMe(settings)
    // Another user may have signed in meanwhile.
    if (get().user?.id === user.id) set({ user })
  },

  userChanged(changed) {
    const { user } = get()
    if (user?.id === changed.id) set({ user: { ...user, ...changed } })
  },

  ownUserChanged(changed) {
    if (get().user?.id === changed.id) set({ user: changed })
  },

  muted(until) {
    const { user } = get()
    if (user && user.mutedUntil !== until) set({ user: { ...user, mutedUntil: until } })
  },

  async resume() {
    const isFirst = performance.now() - readAt < FRESH_MS
    // The connection may break at once, and something change before the next one.
    readAt = -Infinity
    if (isFirst) return
    const before = get().user
    try {
      const user = await api.me()
      // An event that came meanwhile may be newer than the answer, so ask again.
      if (get().user === before) set({ user })
      else if (get().user?.id === user.id) await get().resume()
    } catch {
      // The next connection asks again. The HTTP client reports an ended session.
    }
  },

  replaced() {
    if (get().status === 'signedIn') set({ status: 'replaced', user: null, endReason: null })
  },

  ended(reason) {
    // A sign-out in another tab ends this tab's session too. The user did it, so the page explains nothing.
    if (get().status === 'signedIn')
      set({ status: 'signedOut', user: null, endReason: reason === 'logged_out' ? null : reason })
  },
}))

onSessionEnded((reason) => useSession.getState().ended(reason))
onUserReplaced(() => useSession.getState().replaced())
useSession.subscribe(({ user }, before) => {
  if (user?.id !== before.user?.id) actFor(user?.id ?? null)
})

let restoring: Promise<void> | null = null

async function restoreOnce(): Promise<void> {
  try {
    const user = await signedInUser()
    readAt = performance.now()
    useSession.setState({ status: user ? 'signedIn' : 'signedOut', user, endReason: null, problem: null })
  } catch (error) {
    const problem = asProblem(error)
    if (problem.status === 401) useSession.setState({ status: 'signedOut', user: null, endReason: null, problem: null })
    else useSession.setState({ problem })
  }
}

/** Returns the user of the cookies; null when they are nobody's. @throws ApiProblem */
async function signedInUser(): Promise<OwnUser | null> {
  const { user, isRefreshable } = await api.session()
  return user ?? (isRefreshable ? (await refresh()).user : null)
}

/** The first connection comes this soon after the account was read, and need not read it again. */
const FRESH_MS = 3000
/** When the account was last read at a start or a sign-in, by the clock of `performance`. */
let readAt = -Infinity

/** Tells the other tabs too: one that shows another user stops. */
function signedIn(user: OwnUser): void {
  noteFreshAccess()
  readAt = performance.now()
  useSession.setState({ status: 'signedIn', user, endReason: null, isFirstAdmin: false })
  otherTabs.tell({ userId: user.id, reason: 'signed_in' })
}

// The server tells the other tabs too, but not those without a connection.
const otherTabs = openChannel<{ userId: UserId; reason: SessionEndReason | 'signed_in' }>(
  'parley.session',
  ({ userId, reason }) => {
    const { user, ended, replaced } = useSession.getState()
    if (reason !== 'signed_in') {
      if (user?.id === userId) ended(reason)
    } else if (user && user.id !== userId) replaced()
  },
)
