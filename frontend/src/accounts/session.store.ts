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
import { onSessionEnded } from '../connection/http.client.ts'
import { asProblem } from '../connection/problem.model.ts'
import { openChannel } from '../lib/tabs.ts'

interface SessionState {
  /** `unknown` until the server has said whether there is a session. */
  status: 'unknown' | 'signedOut' | 'signedIn'
  user: OwnUser | null
  /** Why the server ended the last session; null after a sign-out of one's own. */
  endReason: SessionEndReason | null
  /** Why the server could not be asked; status stays `unknown`. */
  problem: Problem | null
  /** Takes up the session of the cookies, if there is one. */
  restore(): Promise<void>
  signup(input: SignupInput): Promise<void>
  login(input: LoginInput): Promise<void>
  logout(): Promise<void>
  /** Throws ApiProblem; the settings are then as they were. */
  update(settings: SettingsInput): Promise<void>
  /** What everybody sees of one changed, perhaps in another tab. */
  userChanged(changed: User): void
  /** What only they may know of themselves changed, perhaps by an admin. */
  ownUserChanged(changed: OwnUser): void
  /** ISO 8601: they write nothing until then; null: they may. */
  muted(until: string | null): void
  /** Asks what the account is now: there was no connection by which to hear. Without an answer all stays. */
  resume(): Promise<void>
  /** The server ended the session. */
  ended(reason: SessionEndReason): void
}

export const useSession = create<SessionState>()((set, get) => ({
  status: 'unknown',
  user: null,
  endReason: null,
  problem: null,

  async restore() {
    set({ problem: null })
    try {
      set({ status: 'signedIn', user: await api.me(), endReason: null })
    } catch (error) {
      const problem = asProblem(error)
      if (problem.status === 401) set({ status: 'signedOut', user: null, endReason: null })
      else set({ problem })
    }
  },

  async signup(input) {
    const { user } = await api.signup(input)
    set({ status: 'signedIn', user, endReason: null })
  },

  async login(input) {
    const { user } = await api.login(input)
    set({ status: 'signedIn', user, endReason: null })
  },

  async logout() {
    const { user } = get()
    await api.logout()
    if (user) otherTabs.tell({ userId: user.id, reason: 'logged_out' })
    set({ status: 'signedOut', user: null, endReason: null })
  },

  async update(settings) {
    const user = await api.updateMe(settings)
    // Somebody else may have signed in meanwhile.
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
    const before = get().user
    try {
      const user = await api.me()
      // What was told meanwhile is newer than the answer, or not known to be older.
      if (get().user === before) set({ user })
      else if (get().user?.id === user.id) await get().resume()
    } catch {
      // The next connection asks again; an ended session is told by lib/http.ts.
    }
  },

  ended(reason) {
    // Logging out in another tab ends this one's session too, and is no surprise worth a sentence.
    if (get().status === 'signedIn')
      set({ status: 'signedOut', user: null, endReason: reason === 'logged_out' ? null : reason })
  },
}))

onSessionEnded((reason) => useSession.getState().ended(reason))

// The other tabs hear it from the server as well, unless they have no connection right now.
const otherTabs = openChannel<{ userId: UserId; reason: SessionEndReason }>('parley.session', ({ userId, reason }) => {
  if (useSession.getState().user?.id === userId) useSession.getState().ended(reason)
})
