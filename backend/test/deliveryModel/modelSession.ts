import { USER_HEADER } from '../../src/contract/index.ts'

/** How a client proves its user. */
export interface Session {
  readonly userId: string
  /** Returns the headers of a request as they are now. */
  headers(): Record<string, string>
  /** Gets another access token. @throws when there is no answer, or a refusal */
  refresh(): Promise<void>
}

/** Returns whether the answer of a request is lost on its way. @param kind of the request, such as `sendMessage` */
export type Loses = (kind: string) => boolean

/** The user has another user's session in its place. */
export class OtherUserError extends Error {}

const TIMEOUT_MS = 1500

/** Sends a request and returns its answer. @throws when there is none, or when the server refuses */
export async function call(
  address: string,
  method: string,
  headers: Record<string, string>,
  body?: object,
): Promise<{ body: unknown; response: Response }> {
  const response = await fetch(address, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (response.ok) return { body: text === '' ? undefined : JSON.parse(text), response }
  if (text.includes('"other_user"')) throw new OtherUserError(text)
  throw new Refused(response.status, `${method} ${address} answered ${response.status}: ${text}`)
}

/** The server answered and refused. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A session of a program, which holds its tokens itself. */
export class BearerSession implements Session {
  readonly userId: string
  readonly #url: () => string
  readonly #loses: Loses
  #tokens: Tokens

  /** @param url of the server at each request  @param loses which answers are lost */
  constructor(url: () => string, userId: string, tokens: Tokens, loses: Loses = () => false) {
    this.#url = url
    this.userId = userId
    this.#tokens = tokens
    this.#loses = loses
  }

  headers = () => ({ authorization: `Bearer ${this.#tokens.accessToken}` })

  refresh = oneAtATime(async () => {
    const { refreshToken } = this.#tokens
    const { body } = await call(`${this.#url()}/api/auth/refresh`, 'POST', {}, { refreshToken })
    if (this.#loses('refresh')) throw new Error('the answer to the refresh was lost')
    this.#tokens = (body as { tokens: Tokens }).tokens
  })
}

export interface Tokens {
  accessToken: string
  refreshToken: string
}

/** A browser: all its pages share one set of cookies, whichever user has signed in last. */
export class Browser {
  readonly #url: () => string
  readonly #cookies = new Map<string, string>()

  constructor(url: () => string) {
    this.#url = url
  }

  /** Signs a user in, in place of the user before. */
  async signIn(login: string, password: string): Promise<void> {
    this.#take(await call(`${this.#url()}/api/auth/login`, 'POST', this.#headers(), { login, password }))
  }

  /** Returns the session of a page that shows this user, and goes on to show it after another user has signed in. */
  sessionOf(userId: string): Session {
    const headers = () => ({ ...this.#headers(), [USER_HEADER]: userId })
    return {
      userId,
      headers,
      refresh: oneAtATime(async () => this.#take(await call(`${this.#url()}/api/auth/refresh`, 'POST', headers(), {}))),
    }
  }

  #headers(): Record<string, string> {
    return { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
  }

  #take({ response }: { response: Response }): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
  }
}

/** Joins calls that come while one runs: the pages of a user share one refresh. */
function oneAtATime(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= act().finally(() => (running = undefined)))
}
