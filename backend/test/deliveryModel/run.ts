import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import type { Conversation, Message } from '../../src/contract/index.ts'
import { createRandom, type Random } from '../../src/seed/random.generator.ts'
import { chaosProxy, type ChaosProxy, type Fault } from './chaosProxy.ts'
import { ModelClient, type ClientAction } from './modelClient.ts'
import { BearerSession, Browser, type Loses, type Session, type Tokens } from './modelSession.ts'
import { programOf } from '../helpers/programs.ts'

const SERVER = fileURLToPath(new URL('./server.child.ts', import.meta.url))
const FAULTS: readonly Fault[] = ['cut', 'deafen', 'mute', 'stall', 'buffer']
/** Long enough for a server to restart on a busy machine. */
const PATIENCE_MS = 60_000
const HOUR_MS = 3_600_000
/** How many answers of a kind are lost, after the first one. */
const LOST_SHARE = 0.04
const BUFFER_MS = 60
const PASSWORD = 'correct horse'

export interface RunOptions {
  seed: number
  people: number
  steps: number
  /** Whether the server may be killed in the middle. */
  kills: boolean
}

export interface Report {
  messages: number
  kills: number
  /** How often the server's clock jumped. */
  jumps: number
  /** Connections by polling, after the opening of a WebSocket was swallowed. */
  polled: number
  /** Requests that were refused because another user had signed in. */
  otherUsers: number
  /** How many answers were lost of each kind of request. */
  lost: ReadonlyMap<string, number>
}

interface Live {
  process: ChildProcess
  port: number
}

interface Account {
  id: string
  username: string
  tokens: Tokens
}

/** The setting of a series of runs. Each run has users of its own. */
export interface Scene {
  /** The way of the clients to the servers. */
  readonly proxy: ChaosProxy
  /** The servers' own address, without the proxy. */
  readonly url: string
  /** Kills a part, which restarts. */
  kill(random: Random): Promise<void>
  signUp(): Promise<Account>
  /** Sets the servers' clocks, where it can: the offset is in milliseconds. */
  setClock?(offsetMs: number): Promise<void>
  /** How long live events may take after the last fault. */
  readonly lateMs: number
}

/** One server and its data. */
export class World implements Scene {
  readonly lateMs = 5000
  readonly proxy: ChaosProxy
  readonly signUp = signUpAt(() => this.url)
  readonly #dataDir: string
  #server: Live
  #clockMs = 0

  private constructor(proxy: ChaosProxy, dataDir: string, server: Live) {
    this.proxy = proxy
    this.#dataDir = dataDir
    this.#server = server
    proxy.leadTo(server.port)
  }

  static async open(): Promise<World> {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-model-'))
    return new World(await chaosProxy(), dataDir, await startServer(dataDir))
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`
  }

  async kill(): Promise<void> {
    const { process } = this.#server
    const exit = once(process, 'exit')
    process.kill('SIGKILL')
    await exit
    this.#server = await startServer(this.#dataDir, {}, this.#clockMs)
    this.proxy.leadTo(this.#server.port)
  }

  async setClock(offsetMs: number): Promise<void> {
    this.#clockMs = offsetMs
    const { process } = this.#server
    const moved = once(process, 'message')
    process.send?.(offsetMs)
    await moved
  }

  async close(): Promise<void> {
    await this.proxy.close()
    this.#server.process.kill('SIGKILL')
    await rm(this.#dataDir, { recursive: true, force: true })
  }
}

/**
 * Lets random users act at random while the network and the server fail at random. Afterwards, without faults, each
 * client must hold what the server holds.
 * @throws with the first difference
 */
export async function run(world: Scene, { seed, people, steps, kills }: RunOptions): Promise<Report> {
  const random = createRandom(seed)
  const { loses, lost } = losses(seed)
  const accounts: Account[] = []
  for (let index = 0; index < people; index += 1) accounts.push(await world.signUp())
  const atProxy = () => world.proxy.url
  const truths = accounts.map(({ id, tokens }) => new BearerSession(atProxy, id, tokens, loses))
  // The first two users share a browser, and only one of them can be signed in.
  const browser = new Browser(() => world.url)
  const signIn = async (index: number): Promise<void> => {
    await stubbornly(() => browser.signIn(accounts[index]?.username ?? '', PASSWORD))
    clients[index]?.goOffline()
    clients[index]?.goOnline()
  }
  const clients = truths.map(
    (session, index) =>
      new ModelClient(world.proxy.url, index < SHARING ? browser.sessionOf(session.userId) : session, loses),
  )
  const sharing = clients.slice(0, SHARING)
  const certain = certainFaults(random, steps, world.setClock !== undefined)
  let [killed, jumps, signedIn] = [0, 0, 0]

  async function harm(fault: CertainFault): Promise<void> {
    if (fault === 'buffer') world.proxy.harm('buffer', (count) => Math.floor(random.next() * count), BUFFER_MS)
    if (fault === 'swallow') {
      world.proxy.swallowUpgrades(random.between(100, 1500))
      clients.at(-1)?.reload()
    }
    if (fault === 'jump') {
      jumps += 1
      await world.setClock?.(random.pick([-HOUR_MS, 0, HOUR_MS]))
    }
    if (fault === 'otherUser') {
      const former = sharing[signedIn]
      signedIn = (signedIn + 1) % SHARING
      await signIn(signedIn)
      former?.reload()
    }
  }

  try {
    await signIn(signedIn)
    for (const client of clients.slice(SHARING)) client.goOnline()
    for (let step = 0; step < steps; step += 1) {
      const client = random.pick(clients)
      const chance = random.next()
      const fault = certain.get(step)
      if (fault) await harm(fault)
      else if (chance < 0.72) act(client, clients, random, `${seed}-${step}`)
      else if (chance < 0.86)
        world.proxy.harm(random.pick(FAULTS), (count) => Math.floor(random.next() * count), random.between(5, 120))
      else if (chance < 0.9) client.goOffline()
      else if (chance < 0.95) client.goOnline()
      else if (chance < 0.98) client.reload()
      else if (kills) {
        await world.kill(random)
        killed += 1
      }
      // The speed is random too: sometimes many actions happen at once, sometimes there is a pause.
      if (random.next() < 0.4) await new Promise((resolve) => setTimeout(resolve, random.between(0, 25)))
    }
    world.proxy.heal()
    const messages = await settleAndCompare()
    return {
      messages,
      kills: killed,
      jumps,
      polled: sum(clients.map(({ polled }) => polled)),
      otherUsers: sum(clients.map(({ otherUsers }) => otherUsers)),
      lost,
    }
  } finally {
    for (const client of clients) client.goOffline()
    world.proxy.heal()
  }

  async function settleAndCompare(): Promise<number> {
    const [first, second] = sharing
    if (!first || !second) throw new Error('a run needs two users who share a browser')
    // What the first has written is sent as the first, before the second signs in.
    second.goOffline()
    await signIn(0)
    await settled(first)
    first.goOffline()
    await signIn(1)
    // The last client can connect by polling only, through a proxy that collects the answers.
    world.proxy.swallowUpgrades(PATIENCE_MS)
    world.proxy.bufferAll(BUFFER_MS)
    const others = clients.slice(1)
    others.at(-1)?.reload()
    for (const client of others) client.goOnline()
    await Promise.all(others.map(settled))
    await actInEveryWay(others.at(-1) ?? second, second, String(seed))
    const compared = async (client: ModelClient): Promise<number> => {
      const session = truths[clients.indexOf(client)]
      return session ? compare(world, session, client) : 0
    }
    let messages = 0
    for (const client of others) messages += await compared(client)
    // The page of the second user stays, and another user signs in.
    const refused = second.otherUsers
    await signIn(0)
    second.reload()
    await until(second, () => second.otherUsers > refused)
    if (second.held.size > 0) throw new Error('a page read as another user')
    await settled(first)
    return messages + (await compared(first))
  }
}

/** How many users share the browser. */
const SHARING = 2
/** Faults that each run has, at steps of its own. */
const CERTAIN_FAULTS = ['buffer', 'swallow', 'jump', 'otherUser'] as const
type CertainFault = (typeof CERTAIN_FAULTS)[number]
/** How often each of them is in a run. */
const CERTAIN_TIMES = 2

function certainFaults(random: Random, steps: number, canJump: boolean): Map<number, CertainFault> {
  const at = new Map<number, CertainFault>()
  for (const fault of CERTAIN_FAULTS) {
    if (fault === 'jump' && !canJump) continue
    for (let time = 0; time < CERTAIN_TIMES; time += 1) at.set(Math.floor(random.between(steps / 8, steps)), fault)
  }
  return at
}

/** Returns what loses answers: the first one of each kind of request, and later ones at random. */
function losses(seed: number): { loses: Loses; lost: Map<string, number> } {
  const random = createRandom(seed + 1)
  const lost = new Map<string, number>()
  const loses = (kind: string): boolean => {
    const count = lost.get(kind) ?? 0
    if (count > 0 && random.next() >= LOST_SHARE) return false
    lost.set(kind, count + 1)
    return true
  }
  return { loses, lost }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Repeats what fails while a server restarts. */
async function stubbornly(act: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ;) {
    try {
      await act()
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

function act(client: ModelClient, clients: ModelClient[], random: Random, name: string): void {
  const chance = random.next()
  const conversationId = client.held.size === 0 ? undefined : random.pick([...client.held.keys()])
  const own = [...client.held.values()]
    .flatMap(({ messages }) => [...messages.values()])
    .filter(({ senderId, deletedAt, kind }) => senderId === client.userId && deletedAt === null && kind === 'user')
  const chat = client.chats.get(conversationId ?? '')
  const others = clients.map(({ userId }) => userId).filter((userId) => userId !== client.userId)
  const text = `text of ${name} by ${client.userId}`
  const target = chat?.group ? { conversationId: chat.id } : { receiverId: random.pick(clients).userId }
  const send: ClientAction = { kind: 'sendMessage', input: { ...target, text, clientMessageId: name } }
  const key = `key of ${name}`
  const owned = [...client.chats.values()].filter(({ group }) => group?.role === 'owner')
  const groupPath = owned.length > 0 ? `/api/groups/${random.pick(owned).id}` : null
  const actions: [limit: number, action: () => ClientAction | null][] = [
    [
      0.12,
      () =>
        own.length === 0
          ? null
          : {
              kind: 'editMessage',
              input: { ...keyOf(random.pick(own)), text: `edit of ${name} by ${client.userId}`, clientEditId: name },
            },
    ],
    [0.2, () => (own.length === 0 ? null : { kind: 'deleteMessage', input: keyOf(random.pick(own)) })],
    [
      0.36,
      () =>
        chat
          ? {
              kind: 'markRead',
              input: { conversationId: chat.id, seq: Math.floor(random.between(0, chat.lastSeq + 1)) },
            }
          : null,
    ],
    [0.4, () => (chat ? { kind: 'markUnread', input: { conversationId: chat.id } } : null)],
    [
      0.44,
      () => ({
        kind: 'createGroup',
        method: 'POST',
        path: '/api/groups/create',
        body: { name: `group ${name}`, memberIds: [random.pick(others)], history: 'all', clientGroupId: name },
      }),
    ],
    [
      0.48,
      () =>
        groupPath === null
          ? null
          : { kind: 'renameGroup', method: 'PATCH', path: groupPath, body: { name: `renamed ${name}` }, key },
    ],
    [
      0.52,
      () =>
        groupPath === null
          ? null
          : {
              kind: 'addMember',
              method: 'POST',
              path: `${groupPath}/members`,
              body: { userIds: [random.pick(others)] },
              key,
            },
    ],
    [
      0.54,
      () => ({
        kind: 'report',
        method: 'POST',
        path: '/api/reports',
        body: { userId: random.pick(others), reason: name },
        key,
      }),
    ],
  ]
  client.do(actions.find(([limit]) => chance < limit)?.[1]() ?? send)
}

/** Lets a client make every kind of request once, so that no run is without one. */
async function actInEveryWay(client: ModelClient, other: ModelClient, name: string): Promise<void> {
  const text = `last text of ${name} by ${client.userId}`
  const send = (clientMessageId: string): void =>
    client.do({ kind: 'sendMessage', input: { receiverId: other.userId, text, clientMessageId } })
  const body = { name: `last ${name}`, memberIds: [], history: 'all', clientGroupId: `last ${name}` }
  client.do({ kind: 'createGroup', method: 'POST', path: '/api/groups/create', body })
  send(`last 1 ${name}`)
  send(`last 2 ${name}`)
  const mine = () =>
    [...client.held.values()]
      .flatMap(({ messages }) => [...messages.values()])
      .filter((message) => message.text === text)
      .map(keyOf)
  const group = () => [...client.chats.values()].find((chat) => chat.group?.name === body.name)
  await until(client, () => client.isSettled && mine().length === 2 && group() !== undefined)
  const [first, second] = mine()
  if (!first || !second) return
  const path = `/api/groups/${group()?.id}`
  client.do({ kind: 'editMessage', input: { ...first, text: `${text} `, clientEditId: `last ${name}` } })
  client.do({ kind: 'deleteMessage', input: second })
  client.do({ kind: 'markRead', input: first })
  client.do({ kind: 'markUnread', input: { conversationId: first.conversationId } })
  client.do({ kind: 'renameGroup', method: 'PATCH', path, body: { name: `renamed ${name}` }, key: `last 1 ${name}` })
  const members = { userIds: [other.userId] }
  client.do({ kind: 'addMember', method: 'POST', path: `${path}/members`, body: members, key: `last 2 ${name}` })
  const report = { userId: other.userId, reason: name }
  client.do({ kind: 'report', method: 'POST', path: '/api/reports', body: report, key: `last 3 ${name}` })
  await until(client, () => client.isSettled)
}

const keyOf = ({ conversationId, seq }: Message) => ({ conversationId, seq })

const settled = (client: ModelClient): Promise<void> => until(client, () => client.isSettled)

async function until(client: ModelClient, isSo: () => boolean): Promise<void> {
  const timeout = AbortSignal.timeout(PATIENCE_MS)
  while (!isSo()) {
    await once(client, 'change', { signal: timeout }).catch(() => {
      throw new Error(client.trouble)
    })
  }
}

/**
 * Waits until the client's state equals the server's. Live events may still be on the way; after `lateMs` the states
 * must be equal.
 */
async function compare({ url, lateMs }: Scene, session: Session, client: ModelClient): Promise<number> {
  const deadline = Date.now() + lateMs
  for (;;) {
    const truth = await truthOf(url, session)
    const difference = differenceOf(truth, client)
    if (difference === null) return [...truth.messages.values()].reduce((sum, { length }) => sum + length, 0)
    if (Date.now() > deadline) throw new Error(difference)
    await Promise.race([once(client, 'change'), new Promise((resolve) => setTimeout(resolve, 100))])
  }
}

interface Truth {
  chats: Conversation[]
  messages: Map<string, Message[]>
}

export async function truthOf(url: string, session: Session): Promise<Truth> {
  const get = async (path: string) => {
    // The clock may have jumped beyond the end of the access token, and the answer to the refresh may be lost.
    for (;;) {
      const response = await fetch(url + path, { headers: session.headers() })
      if (response.status !== 401) return response.json()
      await session.refresh().catch(() => {})
    }
  }
  const { items } = (await get('/api/chats?limit=100')) as { items: Conversation[] }
  const messages = new Map<string, Message[]>()
  for (const { id } of items) {
    const all: Message[] = []
    for (let before: number | undefined, hasMore = true; hasMore; before = all[0]?.seq) {
      const page = (await get(`/api/messages/${id}?limit=100${before === undefined ? '' : `&before=${before}`}`)) as {
        items: Message[]
        hasMore: boolean
      }
      all.unshift(...page.items)
      hasMore = page.hasMore
    }
    messages.set(id, all)
  }
  return { chats: items, messages }
}

const SUMMARY = [
  'lastSeq',
  'lastRev',
  'readSeq',
  'deliveredSeq',
  'peerReadSeq',
  'peerDeliveredSeq',
  'markedUnread',
] as const satisfies (keyof Conversation)[]

const shown = (messages: readonly Message[]) =>
  messages.map(({ seq, rev, text, senderId, editedAt, deletedAt }) => [seq, rev, text, senderId, editedAt, deletedAt])

export function differenceOf({ chats, messages }: Truth, client: ModelClient): string | null {
  for (const [id, all] of messages) {
    const places = all.map(({ seq }) => seq)
    if (
      !isDeepStrictEqual(
        places,
        all.map((_, index) => index + 1),
      )
    )
      return `the server has a hole in ${id}: ${places.join(' ')}`
    if (new Set(all.map(({ clientMessageId }) => clientMessageId)).size !== all.length)
      return `the server has a message twice in ${id}`
    const events = all.flatMap(({ event }) => (event ? [JSON.stringify(event)] : []))
    if (new Set(events).size !== events.length) return `the server has an event twice in ${id}: ${events.join(' ')}`
    const foreign = all.find(({ text, senderId }) => senderId !== (/ by ([0-9a-f]{24})$/.exec(text)?.[1] ?? senderId))
    if (foreign) return `${foreign.senderId} sent what another user wrote: ${foreign.text}`
    const held = [...(client.held.get(id)?.messages.values() ?? [])].toSorted((a, b) => a.seq - b.seq)
    if (!isDeepStrictEqual(shown(held), shown(all)))
      return `${client.userId} holds of ${id}\n${JSON.stringify(shown(held))}\nthe server\n${JSON.stringify(shown(all))}`
  }
  if (client.doubled[0] !== undefined) return client.doubled[0]
  const unknown = [...client.held.keys()].find((id) => !messages.has(id))
  if (unknown !== undefined) return `${client.userId} holds ${unknown}, which is not in its list`
  for (const chat of chats) {
    const known = client.chats.get(chat.id)
    for (const field of SUMMARY)
      if (known?.[field] !== chat[field])
        return `${client.userId} in ${chat.id}: ${field} is ${known?.[field]}, at the server ${chat[field]}`
    if (known?.lastMessage?.text !== chat.lastMessage?.text)
      return `${client.userId} in ${chat.id}: last message "${known?.lastMessage?.text}", at the server "${chat.lastMessage?.text}"`
  }
  const kept = new Map([...messages.values()].flat().map((message) => [message.id, message]))
  for (const { id, rev } of client.acknowledged)
    if ((kept.get(id)?.rev ?? 0) < rev)
      return `${id} was acknowledged with rev ${rev}, the server has ${kept.get(id)?.rev}`
  return null
}

/** Returns a function that signs up a new user at each call. */
export function signUpAt(url: () => string): Scene['signUp'] {
  let count = 0
  return async () => {
    const username = `person${(count += 1)}`
    const body = JSON.stringify({
      username,
      fullName: username,
      email: `${username}@example.org`,
      password: PASSWORD,
      transport: 'bearer',
    })
    const response = await fetch(`${url()}/api/auth/signup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const { user, tokens } = (await response.json()) as { user: { id: string }; tokens: Tokens }
    return { id: user.id, username, tokens }
  }
}

/**
 * Starts a server in a process of its own.
 * @param variables of the environment, besides those of every test  @param clockMs how far its clock is off
 */
export async function startServer(dataDir: string, variables: Record<string, string> = {}, clockMs = 0): Promise<Live> {
  const server = spawn(process.execPath, [programOf(SERVER), dataDir, JSON.stringify(variables), String(clockMs)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const { stdout } = server
  if (!stdout) throw new Error('the server has no output')
  const [line] = (await once(createInterface({ input: stdout }), 'line', {
    signal: AbortSignal.timeout(PATIENCE_MS),
  })) as [string]
  return { process: server, port: Number(line) }
}
