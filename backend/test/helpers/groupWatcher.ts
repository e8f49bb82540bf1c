import type { ChangesPage, Message, MessagePage } from '../../src/contract/index.ts'
import { createKeyedMutex } from '../../src/lib/keyedMutex.ts'
import type { ClientSocket, Person } from './people.ts'

/**
 * The smallest correct client of one group: it holds messages by `rev`, asks for missed changes, and forgets the group
 * when it is removed.
 */
export class GroupWatcher {
  readonly person: Person
  readonly socket: ClientSocket
  /** Null: it is not in the group, as far as it knows. */
  held: { rev: number; messages: Map<number, Message> } | null = null
  /** The live events since it last joined. */
  heard: Message[] = []
  /** The live events between its removal and its next joining. */
  readonly leaked: Message[] = []
  readonly #groupId: string
  readonly #mutex = createKeyedMutex()
  #isOut = false
  #generation = 0

  constructor(person: Person, socket: ClientSocket, groupId: string) {
    this.person = person
    this.socket = socket
    this.#groupId = groupId
    socket.on('newMessage', (message) => this.#receive(message))
    socket.on('messageChanged', (message) => this.#receive(message))
    socket.on('conversationLeft', () => {
      this.#isOut = true
      this.#generation += 1
      this.held = null
      this.heard = []
    })
  }

  /** Resolves when all events so far are processed. */
  async settled(): Promise<void> {
    await this.#mutex('', async () => {})
  }

  /** Syncs, as after a reconnection. */
  async catchUp(): Promise<void> {
    await this.#mutex('', () => this.#take(null))
  }

  texts(): unknown[] {
    return [...(this.held?.messages.values() ?? [])]
      .toSorted((a, b) => a.seq - b.seq)
      .map(({ seq, rev, text, event }) => ({ seq, rev, text, event }))
  }

  #receive(message: Message): void {
    if (this.#isOut) {
      this.leaked.push(message)
      if (message.event?.kind === 'added' && message.event.userIds.includes(this.person.id)) this.#letIn(message)
    }
    this.heard.push(message)
    void this.#mutex('', () => this.#take(message))
  }

  /**
   * Events of others may arrive before the event of joining. Returns the unbroken run of places, or of changes, up to
   * there.
   */
  #letIn({ seq, rev }: Message): void {
    let [first, since] = [seq, rev]
    while (this.leaked.some((message) => message.seq === first - 1)) first -= 1
    while (this.leaked.some((message) => message.rev === since - 1)) since -= 1
    this.leaked.splice(0, Infinity, ...this.leaked.filter((message) => message.seq < first && message.rev < since))
    this.#isOut = false
  }

  async #take(message: Message | null): Promise<void> {
    const generation = this.#generation
    const held = this.held
    if (held && message?.rev === held.rev + 1) {
      held.messages.set(message.seq, message)
      held.rev = message.rev
    } else if (held && message && message.rev <= held.rev) {
      return
    } else if (held) {
      const { status, body } = await this.person.get(
        `/api/messages/${this.#groupId}/changes?since=${held.rev}&limit=100`,
      )
      if (generation !== this.#generation || status !== 200) return
      const page: ChangesPage = body
      for (const change of page.items) held.messages.set(change.seq, change)
      held.rev = page.rev
      if (page.hasMore) await this.#take(message)
    } else {
      const loaded = await this.#load()
      if (generation === this.#generation) this.held = loaded
    }
  }

  async #load(): Promise<GroupWatcher['held']> {
    const messages = new Map<number, Message>()
    let rev: number | undefined
    for (let before: number | undefined; ;) {
      const { status, body } = await this.person.get(
        `/api/messages/${this.#groupId}?limit=100${before === undefined ? '' : `&before=${before}`}`,
      )
      if (status !== 200) return null
      const page: MessagePage = body
      rev ??= page.rev
      for (const message of page.items) messages.set(message.seq, message)
      before = page.items[0]?.seq
      if (!page.hasMore || before === undefined) return { rev, messages }
    }
  }
}
