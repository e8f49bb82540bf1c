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
import { programOf } from '../helpers/programs.ts'

const SERVER = fileURLToPath(new URL('./server.child.ts', import.meta.url))
const FAULTS: readonly Fault[] = ['cut', 'deafen', 'mute', 'stall']
/** Long enough for a server to restart on a busy machine. */
const PATIENCE_MS = 60_000

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
}

interface Live {
  process: ChildProcess
  port: number
}

/** The setting of a series of runs. Each run has users of its own. */
export interface Scene {
  /** The way of the clients to the servers. */
  readonly proxy: ChaosProxy
  /** The servers' own address, without the proxy. */
  readonly url: string
  /** Kills a part, which restarts. */
  kill(random: Random): Promise<void>
  signUp(): Promise<{ id: string; token: string }>
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
    this.#server = await startServer(this.#dataDir)
    this.proxy.leadTo(this.#server.port)
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
  const accounts = []
  for (let index = 0; index < people; index += 1) accounts.push(await world.signUp())
  const clients = accounts.map(({ id, token }) => new ModelClient(world.proxy.url, id, token))
  let killed = 0
  try {
    for (const client of clients) client.goOnline()
    for (let step = 0; step < steps; step += 1) {
      const client = random.pick(clients)
      const chance = random.next()
      if (chance < 0.72) act(client, clients, random, `${seed}-${step}`)
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
    for (const client of clients) client.goOnline()
    await Promise.all(clients.map(settled))
    let messages = 0
    for (const [index, client] of clients.entries())
      messages += await compare(world, accounts[index]?.token ?? '', client)
    return { messages, kills: killed }
  } finally {
    for (const client of clients) client.goOffline()
  }
}

function act(client: ModelClient, clients: ModelClient[], random: Random, name: string): void {
  const chance = random.next()
  const conversationId = client.held.size === 0 ? undefined : random.pick([...client.held.keys()])
  const own = [...(client.held.get(conversationId ?? '')?.messages.values() ?? [])].filter(
    ({ senderId, deletedAt }) => senderId === client.userId && deletedAt === null,
  )
  const chat = client.chats.get(conversationId ?? '')
  const action: ClientAction =
    chance < 0.12 && own.length > 0
      ? { kind: 'editMessage', input: { ...keyOf(random.pick(own)), text: `edited in ${name}`, clientEditId: name } }
      : chance < 0.2 && own.length > 0
        ? { kind: 'deleteMessage', input: keyOf(random.pick(own)) }
        : chance < 0.4 && chat
          ? {
              kind: 'markRead',
              input: { conversationId: chat.id, seq: Math.floor(random.between(0, chat.lastSeq + 1)) },
            }
          : chance < 0.45 && chat
            ? { kind: 'markUnread', input: { conversationId: chat.id } }
            : {
                kind: 'sendMessage',
                input: { receiverId: random.pick(clients).userId, text: `text of ${name}`, clientMessageId: name },
              }
  client.do(action)
}

const keyOf = ({ conversationId, seq }: Message) => ({ conversationId, seq })

async function settled(client: ModelClient): Promise<void> {
  const timeout = AbortSignal.timeout(PATIENCE_MS)
  while (!client.isSettled) {
    await once(client, 'change', { signal: timeout }).catch(() => {
      throw new Error(client.trouble)
    })
  }
}

/**
 * Waits until the client's state equals the server's. Live events may still be on the way; after `lateMs` the states
 * must be equal.
 */
async function compare({ url, lateMs }: Scene, token: string, client: ModelClient): Promise<number> {
  const deadline = Date.now() + lateMs
  for (;;) {
    const truth = await truthOf(url, token)
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

export async function truthOf(url: string, token: string): Promise<Truth> {
  const get = async (path: string) =>
    (await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })).json()
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
    const held = [...(client.held.get(id)?.messages.values() ?? [])].toSorted((a, b) => a.seq - b.seq)
    if (!isDeepStrictEqual(shown(held), shown(all)))
      return `${client.userId} holds of ${id}\n${JSON.stringify(shown(held))}\nthe server\n${JSON.stringify(shown(all))}`
  }
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
      password: 'correct horse',
      transport: 'bearer',
    })
    const response = await fetch(`${url()}/api/auth/signup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const { user, tokens } = (await response.json()) as { user: { id: string }; tokens: { accessToken: string } }
    return { id: user.id, token: tokens.accessToken }
  }
}

/** @param variables of the environment, besides those of every test */
export async function startServer(dataDir: string, variables: Record<string, string> = {}): Promise<Live> {
  const server = spawn(process.execPath, [programOf(SERVER), dataDir, JSON.stringify(variables)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface({ input: server.stdout }), 'line', {
    signal: AbortSignal.timeout(PATIENCE_MS),
  })) as [string]
  return { process: server, port: Number(line) }
}
