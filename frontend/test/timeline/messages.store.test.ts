import type { ChangesPage, Message, MessagePage } from 'backend/contract'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { listChanges, listMessages } from '../../src/timeline/message.api.ts'
import { ApiProblem } from '../../src/connection/problem.model.ts'
import { useMessages } from '../../src/timeline/messages.store.ts'
import { conversation, message, problem, user } from '../generators/index.ts'
import { run, signIn, hold } from '../helpers/chat.tsx'
import { Deferred } from '../helpers/deferred.ts'

vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)

const kofi = user()
const store = () => useMessages.getState()

beforeEach(() => {
  vi.useFakeTimers()
  useMessages.getState().forget()
  signIn()
})
afterEach(() => vi.useRealTimers())

describe('a gap in the live events', () => {
  const chat = conversation({ peer: kofi, lastMessage: message({ seq: 3 }) })
  const texts = () => store().timelines[chat.id]?.messages.map(({ text }) => text)
  const live = (seq: number, rev = seq) =>
    message({ conversationId: chat.id, senderId: kofi.id, seq, rev, text: `Message ${seq}` })

  test('makes the store fetch what changed since, in pages, applied together', async () => {
    hold(chat, run(chat.id, kofi.id, 3))
    vi.mocked(listChanges)
      .mockResolvedValueOnce({ items: [live(5, 5)], hasMore: true, rev: 5 })
      .mockResolvedValueOnce({ items: [live(4, 6)], hasMore: false, rev: 6 })
    store().receive(live(6, 7))
    await vi.advanceTimersByTimeAsync(200)
    expect(vi.mocked(listChanges).mock.calls).toEqual([
      [chat.id, 3],
      [chat.id, 5],
    ])
    expect(texts()).toEqual([1, 2, 3, 4, 5, 6].map((seq) => `Message ${seq}`))
  })

  test('asks for nothing when the missing one comes a moment later', async () => {
    hold(chat, run(chat.id, kofi.id, 3))
    store().receive(live(5))
    await vi.advanceTimersByTimeAsync(100)
    store().receive(live(4))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(listChanges).not.toHaveBeenCalled()
    expect(texts()).toHaveLength(5)
  })

  test('that is too long for a few pages loads the newest page in its place', async () => {
    hold(chat, run(chat.id, kofi.id, 3))
    let rev = 3
    vi.mocked(listChanges).mockImplementation(async () => ({ items: [live(1, (rev += 100))], hasMore: true, rev }))
    vi.mocked(listMessages).mockResolvedValue({ items: run(chat.id, kofi.id, 50, 900), hasMore: true, rev: 949 })
    store().receive(live(949))
    await vi.advanceTimersByTimeAsync(1000)
    expect(listChanges).toHaveBeenCalledTimes(3)
    expect(store().timelines[chat.id]).toMatchObject({ rev: 949, hasOlder: true, early: [] })
    expect(texts()?.[0]).toBe('Message 900')
  })

  test('is asked for again when the server could not answer', async () => {
    hold(chat, run(chat.id, kofi.id, 3))
    vi.mocked(listChanges)
      .mockRejectedValueOnce(new ApiProblem(problem()))
      .mockResolvedValueOnce({ items: [live(4), live(5)], hasMore: false, rev: 5 })
    store().receive(live(5))
    await vi.advanceTimersByTimeAsync(1000)
    expect(texts()).toHaveLength(5)
  })
})

test('older messages from a node that lags behind get the changes that it does not know', async () => {
  const chat = conversation({ peer: kofi, lastMessage: message({ seq: 5, rev: 9 }) })
  hold(chat, run(chat.id, kofi.id, 3, 3), { hasOlder: true, rev: 9 })
  vi.mocked(listMessages).mockResolvedValue({ items: run(chat.id, kofi.id, 2), hasMore: false, rev: 5 })
  vi.mocked(listChanges).mockResolvedValue({
    items: [message({ conversationId: chat.id, seq: 2, rev: 9, text: 'Edited' })],
    hasMore: false,
    rev: 9,
  })
  await store().loadOlder(chat.id)
  expect(listChanges).toHaveBeenCalledWith(chat.id, 5)
  expect(store().timelines[chat.id]?.messages.map(({ text }) => text)).toEqual([
    'Message 1',
    'Edited',
    'Message 3',
    'Message 4',
    'Message 5',
  ])
})

/** A conversation as the server has it, and answers and events that are on their way, to come in any order. */
class World {
  readonly chat = conversation({ peer: kofi, lastMessage: null })
  messages: Message[] = []
  rev = 0
  events: Message[] = []
  readonly sent: Message[] = []
  answers: { answer: () => void; fail: () => void }[] = []

  change(kind: 'send' | 'edit' | 'delete', which: number): void {
    this.rev += 1
    const seq = (which % Math.max(1, this.messages.length)) + 1
    const known = this.messages[seq - 1]
    const isNew = kind === 'send' || !known
    const changed: Message = isNew
      ? message({
          conversationId: this.chat.id,
          senderId: kofi.id,
          seq: this.messages.length + 1,
          rev: this.rev,
          text: `Written at ${this.rev}`,
        })
      : {
          ...known,
          rev: this.rev,
          ...(kind === 'edit' ? { text: `Edited at ${this.rev}` } : { text: '', deletedAt: '2026-11-21T12:00:00Z' }),
        }
    this.messages = isNew ? [...this.messages, changed] : this.messages.with(seq - 1, changed)
    this.events.push(changed)
    this.sent.push(changed)
  }

  /** A change of what came before this person joined: it takes a number, and they are not told. */
  changeUnseen(): void {
    this.rev += 1
  }

  /** A message of a user whom the reader has blocked: it takes a place, and never comes live. */
  hide(): void {
    this.rev += 1
    this.messages = [
      ...this.messages,
      message({
        conversationId: this.chat.id,
        senderId: kofi.id,
        seq: this.messages.length + 1,
        rev: this.rev,
        text: '',
        hidden: true,
      }),
    ]
  }

  /** Small pages, so that a few changes are many. */
  page(before = Infinity, size = 4): MessagePage {
    const those = this.messages.filter(({ seq }) => seq < before)
    return { items: those.slice(-size), hasMore: those.length > size, rev: this.rev }
  }

  changes(since: number, size = 3): ChangesPage {
    const those = this.messages.filter(({ rev }) => rev > since).toSorted((a, b) => a.rev - b.rev)
    return {
      items: those.slice(0, size),
      hasMore: those.length > size,
      rev: those.length > size ? (those[size - 1]?.rev ?? since) : this.rev,
    }
  }

  /** The server may look at once or just before it answers. */
  request<T>(look: () => T, late: boolean): Promise<T> {
    const early = look()
    const { promise, resolve, reject } = new Deferred<T>()
    this.answers.push({ answer: () => resolve(late ? look() : early), fail: () => reject(new ApiProblem(problem())) })
    return promise
  }

  take<T>(list: T[], which: number): T | undefined {
    return list.splice(which % Math.max(1, list.length), 1)[0]
  }
}

const step = fc.record({
  what: fc.constantFrom(
    'send',
    'send',
    'edit',
    'delete',
    'unseen',
    'hide',
    'event',
    'event',
    'event',
    'double',
    'lose',
    'answer',
    'answer',
    'answer',
    'fail',
    'older',
    'older',
    'open',
    'sync',
    'wait',
  ),
  which: fc.nat(1000),
})

describe('any interleaving of events, pages, gaps, doubles and losses', () => {
  test('ends in what the server has, and never shows a hole or an older copy', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 120, size: 'max' }),
        fc.infiniteStream(fc.boolean()),
        async (steps, lateness) => {
          const world = new World()
          const isLate = () => lateness.next().value === true
          const { id } = world.chat
          store().forget()
          hold(world.chat, [])
          useMessages.setState({ timelines: {} })
          vi.mocked(listMessages).mockImplementation((_id, { before } = {}) =>
            world.request(() => world.page(before), isLate()),
          )
          vi.mocked(listChanges).mockImplementation((_id, since) => world.request(() => world.changes(since), isLate()))
          const timeline = () => store().timelines[id]
          const newest = new Map<number, number>()

          const sync = () => {
            const held = store().held()
            const rev = held[id]
            const missed = rev === undefined ? [] : world.changes(rev, Infinity).items
            const isTooMuch = missed.length > 6
            const conversations = [{ ...world.chat, lastRev: world.rev }]
            store().takeSync(
              {
                conversations,
                messages: isTooMuch ? [] : missed,
                reload: isTooMuch ? [id] : [],
                left: [],
                users: [],
                reloadUsers: false,
                usersRev: 0,
                nextCursor: null,
                until: '',
              },
              held,
            )
          }
          const act = (what: (typeof steps)[number]['what'], which: number): void => {
            if (what === 'send' || what === 'edit' || what === 'delete') world.change(what, which)
            else if (what === 'unseen') world.changeUnseen()
            else if (what === 'hide') world.hide()
            else if (what === 'event') {
              const event = world.take(world.events, which)
              if (event) store().receive(event)
            } else if (what === 'double') {
              const event = world.sent[which % Math.max(1, world.sent.length)]
              if (event) store().receive(event)
            } else if (what === 'lose') world.take(world.events, which)
            else if (what === 'answer') world.take(world.answers, which)?.answer()
            else if (what === 'fail') world.take(world.answers, which)?.fail()
            else if (what === 'older') void store().loadOlder(id)
            else if (what === 'open') void store().load(id)
            else if (what === 'sync') sync()
          }
          const check = (): void => {
            const { messages } = timeline() ?? { messages: [] }
            for (const [index, { seq, rev }] of messages.entries()) {
              expect(seq).toBe((messages[0]?.seq ?? 0) + index)
              // A page that replaces everything may leave out what is older.
              expect(rev).toBeGreaterThanOrEqual(newest.get(seq) ?? 0)
              newest.set(seq, rev)
            }
          }
          const settle = async () => {
            for (let turn = 0; turn < 200 && (world.answers.length > 0 || turn < 3); turn += 1) {
              world.answers.splice(0).forEach(({ answer }) => answer())
              await vi.advanceTimersByTimeAsync(40_000)
            }
          }

          for (let seq = 1; seq <= 10; seq += 1) world.change('send', seq)
          for (const { what, which } of [{ what: 'open', which: 0 } as const, ...steps]) {
            act(what, which)
            await vi.advanceTimersByTimeAsync(what === 'wait' ? 200 : 0)
            check()
          }
          // Everything that is on its way comes, and the next connection syncs.
          await settle()
          void store().load(id)
          await settle()
          sync()
          await settle()
          check()
          expect(timeline()).toMatchObject({
            status: 'ready',
            rev: world.rev,
            early: [],
            loadingOlder: false,
            aside: [],
          })
          for (let page = 0; page < 50 && timeline()?.hasOlder; page += 1) {
            void store().loadOlder(id)
            await settle()
          }
          expect(timeline()?.messages).toEqual(world.messages)
        },
      ),
      { numRuns: 500 },
    )
  }, 120_000)
})
