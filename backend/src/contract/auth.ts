import type { OwnUser } from './user.ts'

/**
 * How the tokens of a login travel. `cookie` (the page): in httpOnly cookies. `bearer` (programs): in the body, without
 * cookies.
 */
export const TOKEN_TRANSPORTS = ['cookie', 'bearer'] as const
export type TokenTransport = (typeof TOKEN_TRANSPORTS)[number]

/**
 * The header by which a page says which user it acts for (the user's id). All tabs of a browser share one set of
 * cookies: after another user signed in, a tab would act as that user. In a socket handshake it is `auth.userId`.
 */
export const USER_HEADER = 'X-Parley-User'

export interface SignupInput {
  username: string
  email: string
  password: string
  fullName: string
  /** The token of an invitation, where the settings require one. */
  invite?: string | undefined
  /** The code that the server printed at its start, for the first account. */
  setupCode?: string | undefined
  /** `cookie` when absent. */
  transport?: TokenTransport | undefined
}

export interface LoginInput {
  /** A username or an e-mail address. */
  login: string
  password: string
  /** `cookie` when absent. */
  transport?: TokenTransport | undefined
}

/** The server reads the cookie when `refreshToken` is absent. */
export interface RefreshInput {
  refreshToken?: string | undefined
}

/** Answer of `GET /api/auth/session`. */
export interface SessionInfo {
  /** The signed-in user; null without a valid access token. */
  user: OwnUser | null
  /** Whether the refresh cookie is that of a session that has not ended: then a refresh signs the user in again. */
  isRefreshable: boolean
}

export interface BearerTokens {
  accessToken: string
  refreshToken: string
}

/** Answer of signup, login and refresh. */
export interface AuthResult {
  user: OwnUser
  /** ISO 8601. Refresh before this time; the session itself lives longer. */
  accessExpiresAt: string
  /** Only with `transport: "bearer"`. */
  tokens?: BearerTokens
}

/**
 * The beginnings of the names of a session's cookies: `_` and the id of the server follow, and over HTTPS a prefix stands before
 * (lib/auth/cookies.ts). Both are httpOnly, and SameSite=Strict unless the server is configured for a page on another site.
 */
export const ACCESS_COOKIE = 'parley_access'
export const REFRESH_COOKIE = 'parley_refresh'
/** The cookie by which the server knows a browser in which a user has signed in before. It is httpOnly too. */
export const DEVICE_COOKIE = 'parley_device'
/** The browser sends the cookies of refreshing and of the device to this path only. */
export const REFRESH_COOKIE_PATH = '/api/auth'
