import { EventEmitter } from 'node:events'
import { io, type Socket } from 'socket.io-client'
import {
  IDEMPOTENCY_HEADER,
  type Ack,
  type ClientToServerEvents,
  type Conversation,
  type Message,
  type Problem,
  type Receipt,
  type ServerToClientEvents,
  type SyncPage,
} from '../../src/contract/index.ts'
import { createKeyedMutex } from '../../src/lib/keyedMutex.ts'
import { call, OtherUserError, Refused, type Loses, type Session } from './modelSession.ts'

/** An action of a user that must reach the server once. It survives a reload. */
export type ClientAction = EventAction | RestAction

/** An action that is an event of the connection. */
export type EventAction =
  | {
      kind: 'sendMessage'
      input: { text: string; clientMessageId: string } & ({ receiverId: string } | { conversationId: string })
    }
  | { kind: 'editMessage'; input: { conversationId: string; seq: number; text: string; clientEditId: string } }
  | { kind: 'deleteMessage'; input: { conversationId: string; seq: number } }
  | { kind: 'markRead'; input: { conversationId: string; seq: number } }
  | { kind: 'markUnread'; input: { conversationId: string } }

/** An action that is a request of REST. A repeat is told by its key, or by an id of the client in the body. */
export interface RestAction {
  kind: 'createGroup' | 'renameGroup' | 'addMember' | 'report'
  method: 'POST' | 'PATCH'
  path: string
  body: object
  key?: string
}

type ChatSocket = Socket<ServerToClientEvents, ClientToServerEvents>

interface Held {
  rev: number
  messages: Map<number, Message>
}

const ACK_TIMEOUT_MS = 1500
/** How long a transport may say nothing at first, and at most after it failed. */
const OPEN_TIMEOUT_MS = 600
const OPEN_TIMEOUT_MAX_MS = 5000
/** The actions that give a message another rev. */
const CHANGES: ReadonlySet<string> = new Set(['sendMessage', 'editMessage', 'deleteMessage'])
/** Answers for what is no longer there, or no longer allowed. */
const GONE: ReadonlySet<number> = new Set([403, 404])
const RETRY_MS = 20
const RETRY_MAX_MS = 1000

/**
 * The smallest correct client of the protocol. It holds conversations by `rev`, asks for what it missed, sends its
 * actions in order until each is answered, and reports delivery.
 */
export class ModelClient extends EventEmitter {
  readonly userId: string
  readonly held = new Map<string, Held>()
  readonly chats = new Map<string, Conversation>()
  /** The messages that the server acknowledged. */
  readonly acknowledged: Message[] = []
  /** The actions that the server refused, such as an edit of a message that was deleted meanwhile. */
  readonly refused: ClientAction[] = []
  /** Repeats that had another effect than the request whose answer was lost. */
  readonly doubled: string[] = []
  /** How often the server refused a request because the session is another user's. */
  otherUsers = 0
  /** How often the client connected by polling. */
  polled = 0
  readonly #url: string
  readonly #session: Session
  readonly #loses: Loses
  /** The id of the answer that was lost, for each action: a repeat must bring the same. */
  readonly #lostIds = new Map<ClientAction, unknown>()
  /** Receipts of conversations that are not held yet. */
  readonly #early = new Map<string, Receipt[]>()
  readonly #mutex = createKeyedMutex()
  #outbox: ClientAction[] = []
  #until: string | null = null
  #socket: ChatSocket | undefined
  #isOnline = false
  #isSynced = false
  #isSending = false
  #retryMs = RETRY_MS
  #lastError: unknown = null

  /** @param loses which answers are lost on their way to the client, although the server did what they say */
  constructor(url: string, session: Session, loses: Loses = () => false) {
    super()
    this.setMaxListeners(0)
    this.#url = url
    this.userId = session.userId
    this.#session = session
    this.#loses = loses
  }

  /** Why the client is not settled. */
  get trouble(): string {
    return `${this.userId} is ${this.#socket?.connected === true ? 'connected' : 'not connected'} and ${this.#isSynced ? '' : 'not '}synced, ${this.#outbox.length} actions wait, last refusal: ${String(this.#lastError)}`
  }

  get isSettled(): boolean {
    return this.#isSynced && this.#outbox.length === 0
  }

  do(action: ClientAction): void {
    this.#outbox.push(action)
    void this.#send()
  }

  goOnline(): void {
    if (this.#isOnline) return
    this.#isOnline = true
    const socket: ChatSocket = io(this.#url, {
      forceNew: true,
      transports: ['websocket'],
      upgrade: false,
      auth: { userId: this.userId },
      extraHeaders: this.#session.headers(),
      // Keeps the cookie by which a load balancer leads all polls to one node. A browser's session has it among its own.
      withCredentials: !('cookie' in this.#session.headers()),
      reconnectionDelay: RETRY_MS,
      reconnectionDelayMax: 5 * RETRY_MS,
      timeout: OPEN_TIMEOUT_MS,
    })
    this.#socket = socket
    const { io: manager } = socket
    manager.on('reconnect_attempt', () => (manager.opts.extraHeaders = this.#session.headers()))
    manager.on('error', ({ message }) => {
      // As the page does: the other transport in turn, with more time for a slow line.
      const isWebSocket = manager.opts.transports?.[0] === 'websocket'
      manager.opts.transports = [isWebSocket ? 'polling' : 'websocket']
      if (message === 'timeout') manager.timeout(Math.min(OPEN_TIMEOUT_MAX_MS, 1.5 * Number(manager.timeout())))
    })
    socket.on('connect', () => {
      manager.timeout(OPEN_TIMEOUT_MS)
      if (manager.engine.transport.name === 'polling') this.polled += 1
      void this.#resume(socket)
    })
    socket.on('connect_error', () => {
      if (!socket.active) void this.#signInAgain(socket)
    })
    socket.on('disconnect', (reason) => {
      this.#isSynced = false
      if (reason === 'io server disconnect') void this.#signInAgain(socket)
    })
    socket.on('catchUp', () => this.#again())
    socket.on('newMessage', (message) => this.#hear(message))
    socket.on('broadcastMessage', (message) => this.#hear(message))
    socket.on('messageChanged', (message) => this.#hear(message))
    socket.on('receiptMoved', (receipt) => this.#takeReceipt(receipt))
    socket.on('unreadMarked', ({ conversationId, markedUnread }) => this.#change(conversationId, { markedUnread }))
  }

  goOffline(): void {
    this.#isOnline = false
    this.#isSynced = false
    this.#socket?.disconnect()
  }

  /** Does what a reload of the page does: only the outbox is kept. */
  reload(): void {
    this.goOffline()
    this.held.clear()
    this.chats.clear()
    this.#until = null
    this.goOnline()
  }

  /** Connects with another access token, because the server refused the connection or closed it. */
  async #signInAgain(socket: ChatSocket): Promise<void> {
    try {
      await this.#session.refresh()
    } catch (error) {
      this.#lastError = error
      if (this.#stopsFor(error, socket)) return
    }
    setTimeout(() => {
      if (socket !== this.#socket || !this.#isOnline) return
      socket.io.opts.extraHeaders = this.#session.headers()
      socket.connect()
    }, RETRY_MS)
  }

  /** Stops when another user has signed in: what waits is not for that user to send, and nothing of that user is for this page. */
  #stopsFor(error: unknown, socket: ChatSocket | undefined): boolean {
    if (!(error instanceof OtherUserError)) return false
    this.otherUsers += 1
    // The user may have signed in again since this request.
    if (socket !== this.#socket) return false
    this.goOffline()
    this.emit('change')
    return true
  }

  async #resume(socket: ChatSocket): Promise<void> {
    try {
      await (this.#until === null ? this.#begin(socket) : this.#sync(socket, this.#until))
      if (socket !== this.#socket || !socket.connected) return
      this.#isSynced = true
      this.#retryMs = RETRY_MS
      this.emit('change')
      void this.#send()
    } catch (error) {
      this.#lastError = error
      if (this.#stopsFor(error, socket)) return
      // The server was not reached, or the answer was lost. The next connection starts again.
      this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MAX_MS)
      if (socket === this.#socket && socket.connected) setTimeout(() => void this.#resume(socket), this.#retryMs)
    }
  }

  async #begin(socket: ChatSocket): Promise<void> {
    const { until } = await this.#request('sync', { since: null, held: {} })
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: { items: Conversation[]; nextCursor: string | null } = await this.#get(
        `/api/chats?limit=100${cursor && `&cursor=${cursor}`}`,
      )
      for (const chat of page.items) {
        this.#stillOn(socket)
        this.#takeChat(chat)
        await this.#mutex(chat.id, () => this.#load(chat.id))
      }
      cursor = page.nextCursor
    }
    this.#stillOn(socket)
    this.#until = until
  }

  /** Work that an earlier page began must not count as work of this one. */
  #stillOn(socket: ChatSocket): void {
    if (socket !== this.#socket) throw new Error('reloaded meanwhile')
  }

  async #sync(socket: ChatSocket, since: string): Promise<void> {
    let cursor: string | undefined
    for (;;) {
      const held = Object.fromEntries([...this.held].map(([id, { rev }]) => [id, rev]))
      const page: SyncPage = await this.#request('sync', { since, held, ...(cursor !== undefined && { cursor }) })
      for (const chat of page.conversations) {
        this.#stillOn(socket)
        this.#takeChat(chat)
        const changes = page.messages.filter(({ conversationId }) => conversationId === chat.id)
        const isNew = page.reload.includes(chat.id) || !this.held.has(chat.id)
        await this.#mutex(chat.id, () => (isNew ? this.#load(chat.id) : this.#takeChanges(chat.id, changes)))
      }
      this.#stillOn(socket)
      if (page.nextCursor === null) {
        this.#until = page.until
        return
      }
      cursor = page.nextCursor
    }
  }

  #hear(message: Message): void {
    const id = message.conversationId
    if (message.senderId !== this.userId)
      this.#request('markDelivered', { items: [{ conversationId: id, seq: message.seq }] }).catch(() => {})
    void this.#mutex(id, async () => {
      const held = this.held.get(id)
      if (!held || !this.chats.has(id)) {
        this.#takeChat(await this.#get(`/api/chats/${id}`))
        await this.#load(id)
      } else if (message.rev === held.rev + 1) {
        await this.#takeChanges(id, [message])
        this.#takeNewest(message)
      } else if (message.rev > held.rev) {
        const page: { items: Message[]; hasMore: boolean } = await this.#get(
          `/api/messages/${id}/changes?since=${held.rev}`,
        )
        if (page.hasMore) await this.#load(id)
        else await this.#takeChanges(id, page.items)
        this.#takeChat(await this.#get(`/api/chats/${id}`))
      } else if (message.rev > (this.chats.get(id)?.lastRev ?? 0)) {
        // The messages were loaded later than the summary.
        this.#takeChat(await this.#get(`/api/chats/${id}`))
      }
    }).catch(() => this.#again())
  }

  /** An event could not be processed. As after a lost connection, the client asks for everything. */
  #again(): void {
    this.#isSynced = false
    const socket = this.#socket
    if (socket?.connected === true) void this.#resume(socket)
  }

  async #load(id: string): Promise<void> {
    const messages = new Map<number, Message>()
    let rev: number | undefined
    let before: number | undefined
    for (;;) {
      const page: { items: Message[]; hasMore: boolean; rev: number } = await this.#get(
        `/api/messages/${id}?limit=100${before === undefined ? '' : `&before=${before}`}`,
      )
      rev ??= page.rev
      for (const message of page.items) messages.set(message.seq, message)
      before = page.items[0]?.seq
      if (!page.hasMore || before === undefined) break
    }
    this.held.set(id, { rev, messages })
    this.emit('change')
  }

  async #takeChanges(id: string, changes: Message[]): Promise<void> {
    const held = this.held.get(id)
    if (!held) return
    for (const message of changes) {
      if (message.rev > (held.messages.get(message.seq)?.rev ?? 0)) held.messages.set(message.seq, message)
      held.rev = Math.max(held.rev, message.rev)
    }
    this.emit('change')
  }

  #takeNewest(message: Message): void {
    const chat = this.chats.get(message.conversationId)
    if (!chat) return
    // An event of a group moves no watermark of its maker.
    const isOwn = message.kind === 'user' && message.senderId === this.userId
    const isNewest = message.seq >= chat.lastSeq
    const isNew = message.seq > chat.lastSeq
    const reads = isNew && !chat.receiptsHidden && chat.peer !== null && message.senderId === chat.peer.id
    this.#change(chat.id, {
      lastRev: Math.max(chat.lastRev, message.rev),
      ...(isNewest && { lastSeq: message.seq, lastMessage: message }),
      ...(isNew && isOwn && { readSeq: message.seq, deliveredSeq: message.seq }),
      ...(isNew && message.senderId === chat.peer?.id && { peerDeliveredSeq: message.seq }),
      ...(reads && { peerReadSeq: message.seq }),
    })
  }

  #takeReceipt({ conversationId, userId, deliveredSeq, readSeq }: Receipt): void {
    const chat = this.chats.get(conversationId)
    if (!chat) {
      // The conversation is being loaded, and the answer may be older than this event.
      const early = this.#early.get(conversationId) ?? []
      this.#early.set(conversationId, [...early, { conversationId, userId, deliveredSeq, readSeq }])
      return
    }
    if (userId === this.userId) {
      this.#change(conversationId, {
        deliveredSeq: Math.max(chat.deliveredSeq, deliveredSeq),
        readSeq: Math.max(chat.readSeq, readSeq),
      })
    }
    if (userId === chat.peer?.id) {
      this.#change(conversationId, {
        peerDeliveredSeq: Math.max(chat.peerDeliveredSeq, deliveredSeq),
        peerReadSeq: Math.max(chat.peerReadSeq, readSeq),
      })
    }
  }

  #takeChat(chat: Conversation): void {
    const known = this.chats.get(chat.id)
    // A live event may have overtaken this answer: watermarks only rise.
    this.chats.set(
      chat.id,
      known && known.lastRev > chat.lastRev
        ? { ...known, ...raised(known, chat), markedUnread: chat.markedUnread }
        : { ...chat, ...(known && raised(known, chat)) },
    )
    const early = this.#early.get(chat.id) ?? []
    this.#early.delete(chat.id)
    for (const receipt of early) this.#takeReceipt(receipt)
    this.emit('change')
  }

  #change(id: string, change: Partial<Conversation>): void {
    const chat = this.chats.get(id)
    if (chat) this.chats.set(id, { ...chat, ...change })
    this.emit('change')
  }

  async #send(): Promise<void> {
    if (this.#isSending || !this.#isSynced) return
    this.#isSending = true
    const socket = this.#socket
    try {
      for (let action = this.#outbox[0]; action && this.#isSynced; action = this.#outbox[0]) {
        const answer = await this.#perform(action)
        if (answer.ok && 'input' in action && CHANGES.has(action.kind)) {
          this.acknowledged.push(answer.data as Message)
          // The event goes to the user's other connections only.
          if (action.kind === 'sendMessage') this.#hear(answer.data as Message)
        }
        if (!answer.ok && answer.problem.code !== 'not_found' && answer.problem.code !== 'forbidden')
          throw new Error(answer.problem.detail)
        if (!answer.ok) this.refused.push(action)
        this.#outbox.shift()
        this.emit('change')
      }
    } catch (error) {
      this.#lastError = error
      if (this.#stopsFor(error, socket)) return
      // There was no answer: send the same again, on this connection or the next.
      setTimeout(() => void this.#send(), RETRY_MS)
    } finally {
      this.#isSending = false
    }
  }

  async #request<E extends 'sync' | 'markDelivered'>(
    event: E,
    input: Parameters<ClientToServerEvents[E]>[0],
  ): Promise<E extends 'sync' ? SyncPage : Receipt[]> {
    const answer = await this.#emit(event, input)
    if (this.#loses(event)) throw new Error(`the answer to ${event} was lost`)
    if (!answer.ok) throw new Error(`${event} was refused: ${answer.problem.detail}`)
    return answer.data as never
  }

  async #perform(action: ClientAction): Promise<Ack<unknown>> {
    const answer = await ('input' in action ? this.#emit(action.kind, action.input) : this.#rest(action))
    if (!answer.ok) return answer
    const { id } = Object(answer.data) as { id?: unknown }
    if (this.#lostIds.has(action) && this.#lostIds.get(action) !== id)
      this.doubled.push(
        `a repeated ${action.kind} answered with ${String(id)}, not ${String(this.#lostIds.get(action))}`,
      )
    this.#lostIds.set(action, id)
    if (this.#loses(action.kind)) throw new Error(`the answer to ${action.kind} was lost`)
    return answer
  }

  async #emit(event: string, input: unknown): Promise<Ack<unknown>> {
    const socket = this.#socket
    if (socket?.connected !== true) throw new Error('not connected')
    return (
      socket.timeout(ACK_TIMEOUT_MS) as unknown as { emitWithAck(event: string, input: unknown): Promise<Ack<unknown>> }
    ).emitWithAck(event, input)
  }

  async #rest({ method, path, body, key }: RestAction): Promise<Ack<unknown>> {
    try {
      const keyed: Record<string, string> = key === undefined ? {} : { [IDEMPOTENCY_HEADER]: `"${key}"` }
      return { ok: true, data: await this.#fetch(method, path, keyed, body) }
    } catch (error) {
      if (!(error instanceof Refused) || !GONE.has(error.status)) throw error
      return { ok: false, problem: { code: 'not_found', detail: error.message } as Problem }
    }
  }

  async #get<T>(path: string): Promise<T> {
    const answer = await this.#fetch('GET', path, {})
    const [kind = ''] = /^\/api\/[^/?]+/.exec(path) ?? []
    if (this.#loses(`GET ${kind}`)) throw new Error(`the answer to GET ${kind} was lost`)
    return answer as T
  }

  async #fetch(method: string, path: string, headers: Record<string, string>, body?: object): Promise<unknown> {
    const send = () => call(this.#url + path, method, { ...this.#session.headers(), ...headers }, body)
    try {
      return (await send()).body
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error
      await this.#session.refresh()
      return (await send()).body
    }
  }
}

const WATERMARKS = ['readSeq', 'deliveredSeq', 'peerReadSeq', 'peerDeliveredSeq'] as const

function raised(known: Conversation, chat: Conversation): Pick<Conversation, (typeof WATERMARKS)[number]> {
  const [readSeq, deliveredSeq, peerReadSeq, peerDeliveredSeq] = WATERMARKS.map((name) =>
    Math.max(known[name], chat[name]),
  ) as [number, number, number, number]
  return { readSeq, deliveredSeq, peerReadSeq, peerDeliveredSeq }
}
