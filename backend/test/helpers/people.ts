import { io, type Socket } from 'socket.io-client'
import { onTestFinished } from 'vitest'
import {
  PRESENCE_OF_ALL,
  type Ack,
  type AuthResult,
  type ClientToServerEvents,
  type OwnUser,
  type Problem,
  type ServerToClientEvents,
} from '../../src/contract/index.ts'
import type { TestServer } from './startServer.ts'

type Place = Pick<TestServer, 'url'>

export type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>

/** A signed-in program: it uses REST with its bearer token, and opens connections. */
export interface Person {
  user: OwnUser
  id: string
  accessToken: string
  refreshToken: string
  get(path: string): Promise<Answer>
  post(path: string, body: unknown): Promise<Answer>
  patch(path: string, body: unknown): Promise<Answer>
  delete(path: string): Promise<Answer>
  connect(): Promise<ClientSocket>
}

export interface Answer {
  status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read answers of many shapes; a missing field fails
  body: any
}

/** Signs up. The first one on a server is its admin. */
export async function person(server: Place, username: string, fullName = username): Promise<Person> {
  const input = { username, fullName, email: `${username}@example.org`, password: 'correct horse', transport: 'bearer' }
  const answer = await call(server, 'POST', '/api/auth/signup', undefined, input)
  if (answer.status !== 201) throw new Error(`${username} could not sign up: ${JSON.stringify(answer.body)}`)
  const { user, tokens } = answer.body as AuthResult
  if (!tokens) throw new Error('No tokens for a bearer')
  return {
    user,
    id: user.id,
    ...tokens,
    get: (path) => call(server, 'GET', path, tokens.accessToken),
    post: (path, body) => call(server, 'POST', path, tokens.accessToken, body),
    patch: (path, body) => call(server, 'PATCH', path, tokens.accessToken, body),
    delete: (path) => call(server, 'DELETE', path, tokens.accessToken),
    connect: () => connect(server, tokens.accessToken),
  }
}

export async function call(
  server: Place,
  method: string,
  path: string,
  accessToken?: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/**
 * Returns a socket that is not connected yet, so that no event is missed: add listeners, then call `socket.connect()`.
 */
export function client(server: Place, accessToken?: string, headers: Record<string, string> = {}): ClientSocket {
  const socket: ClientSocket = io(server.url, {
    autoConnect: false,
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
    auth: { presence: PRESENCE_OF_ALL },
    extraHeaders: { ...headers, ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }) },
  })
  onTestFinished(() => void socket.disconnect())
  return socket
}

export async function connect(server: Place, accessToken: string): Promise<ClientSocket> {
  const socket = client(server, accessToken)
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  socket.connect()
  await connected
  return socket
}

/** Resolves to the next event of this name, or to the first that matches. */
export function next<E extends keyof ServerToClientEvents>(
  socket: ClientSocket,
  event: E,
  fits: (...args: Parameters<ServerToClientEvents[E]>) => boolean = () => true,
): Promise<Parameters<ServerToClientEvents[E]>[0]> {
  return new Promise((resolve) => {
    const listener = (...args: Parameters<ServerToClientEvents[E]>) => {
      if (!fits(...args)) return
      socket.off(event, listener as never)
      resolve(args[0])
    }
    socket.on(event, listener as never)
  })
}

type Acknowledged = {
  [E in keyof ClientToServerEvents]: Parameters<ClientToServerEvents[E]> extends [unknown, unknown] ? E : never
}[keyof ClientToServerEvents]
type Data<E extends Acknowledged> = Parameters<ClientToServerEvents[E]>[1] extends (answer: Ack<infer T>) => void
  ? T
  : never

/** Emits an event and returns its acknowledgement. */
export function emit<E extends Acknowledged>(socket: ClientSocket, event: E, input: unknown): Promise<Ack<Data<E>>> {
  return new Promise((resolve) => {
    const send = socket.emit.bind(socket) as (
      event: string,
      input: unknown,
      ack: (answer: Ack<Data<E>>) => void,
    ) => void
    send(event, input, resolve)
  })
}

/** Emits an event. Returns its data, or throws its refusal. */
export async function request<E extends Acknowledged>(
  socket: ClientSocket,
  event: E,
  input: unknown,
): Promise<Data<E>> {
  const answer = await emit(socket, event, input)
  if (answer.ok) return answer.data
  throw new Refused(answer.problem)
}

class Refused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`)
    this.problem = problem
  }
}

let lastId = 0
/** Returns a new clientMessageId. */
export function newId(): string {
  lastId += 1
  return `test-${process.pid}-${lastId}`
}
