/**
 * The kinds of the parameters of a refusal, as JSON carries them. The kind tells a page how to show a value in its
 * reader's language.
 */
export interface ParamKinds {
  count: number
  bytes: number
  seconds: number
  /** ISO 8601, UTC. */
  time: string
  /** A name, a word or another text that is shown as it is. */
  text: string
  list: readonly string[]
  rateLimit: RateLimitName
}

export type ParamKind = keyof ParamKinds
/** Parameters by name, on the wire. */
export type Params = Readonly<Record<string, ParamKinds[ParamKind]>>

/** The values that a declaration such as `{ max: 'count' }` asks for: `{ max: number }`. */
export type ParamsOf<D extends Readonly<Record<string, ParamKind>>> = { readonly [N in keyof D]: ParamKinds[D[N]] }

/** The actions that the server limits, by how often they may be done. */
export const RATE_LIMIT_NAMES = [
  'acknowledgements',
  'contact_changes',
  'failed_logins',
  'failed_logins_of_address',
  'group_changes',
  'group_invite_views',
  'history_pages',
  'invalid_tokens',
  'messages',
  'new_accounts',
  'new_groups',
  'new_passwords',
  'opened_conversations',
  'picture_changes',
  'presence_watches',
  'profile_changes',
  'receipts',
  'reminders',
  'reports',
  'searches',
  'session_refreshes',
  'syncs',
  'typing',
  'uploads',
] as const

export type RateLimitName = (typeof RATE_LIMIT_NAMES)[number]
