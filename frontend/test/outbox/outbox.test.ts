import type { Conversation, Message, Problem } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { EMPTY_TIMELINE } from '../../src/timeline/timeline.model.ts'
import { NO_CONNECTION } from '../../src/connection/problem.model.ts'
import { conversation, message, ownUser, problem } from '../generators/index.ts'
import { Deferred } from '../helpers/deferred.ts'
import { connection } from '../helpers/fakeSocket.ts'
import { freshBrowser, giveLocks, openTab } from '../helpers/tabs.ts'

type Tab = Awaited<ReturnType<typeof openTab>>
const me = ownUser()
let chat: Conversation

beforeEach(() => {
  freshBrowser()
  chat = conversation({ lastMessage: null })
})

/** A tab that is signed in, with the conversation open and what was kept restored. It reaches no server unless it is given one. */
async function visit(user = me, reach: (tab: Tab) => void = offline): Promise<Tab> {
  const tab = await openTab(user)
  reach(tab)
  tab.useConversations.setState({ byId: { [chat.id]: chat } })
  await tab.useMessages.getState().restore()
  tab.useMessages.setState(({ timelines }) => ({
    timelines: { [chat.id]: { ...(timelines[chat.id] ?? EMPTY_TIMELINE), status: 'ready' } },
  }))
  return tab
}

/** The tab's page is gone: closed, crashed or loaded anew. */
function crash(tab: Tab): void {
  tab.useSession.setState({ status: 'signedOut', user: null })
}

const timeline = ({ useMessages }: Tab) => useMessages.getState().timelines[chat.id] ?? EMPTY_TIMELINE
const pending = (tab: Tab) => timeline(tab).pending.map(({ text, state }) => `${text}: ${state}`)
const texts = (tab: Tab) => timeline(tab).messages.map(({ text }) => text)
const send = ({ useMessages }: Tab, text: string) => useMessages.getState().send(chat.id, text)

/** Counts the user's own entries on the disk that all tabs share. */
async function keptOnDisk(count: number): Promise<void> {
  const { entriesOf } = await import('../../src/outbox/outbox.storage.ts')
  await vi.waitFor(async () => expect(await entriesOf(me.id)).toHaveLength(count))
}

/** A server that keeps what it is sent, once for each clientMessageId. */
function serve(tab: Tab, kept: Message[] = []) {
  tab.request.mockImplementation((async (
    event: string,
    input: { clientMessageId: string; text: string; seq: number },
  ) => {
    const rev = Math.max(0, ...kept.map(({ rev }) => rev)) + 1
    if (event === 'sendMessage') {
      const known = kept.find(({ clientMessageId }) => clientMessageId === input.clientMessageId)
      if (known) return known
      const { text, clientMessageId } = input
      const sent = message({
        conversationId: chat.id,
        senderId: me.id,
        seq: kept.length + 1,
        rev,
        text,
        clientMessageId,
      })
      kept.push(sent)
      return sent
    }
    const known = kept[input.seq - 1]
    if (!known) throw new Error(`not expected: ${event}`)
    const changed =
      event === 'editMessage'
        ? { ...known, rev, text: input.text, editedAt: '2026-11-21T10:00:00Z' }
        : { ...known, rev, text: '', deletedAt: '2026-11-21T10:00:00Z' }
    kept[input.seq - 1] = changed
    return changed
  }) as never)
  return kept
}

const refuse = ({ request, ApiProblem }: Tab, given: Partial<Problem>) =>
  request.mockRejectedValue(new ApiProblem(problem(given)))
const offline = ({ request, ApiProblem }: Tab) => request.mockRejectedValue(new ApiProblem(NO_CONNECTION))

describe('what is written', () => {
  test('is on the disk before it is sent for the first time', async () => {
    const tab = await visit()
    const attempts: string[][] = []
    const { entriesOf } = await import('../../src/outbox/outbox.storage.ts')
    tab.request.mockImplementation((async () => {
      attempts.push((await entriesOf(me.id)).map((entry) => ('text' in entry ? entry.text : '')))
      return message({
        conversationId: chat.id,
        senderId: me.id,
        clientMessageId: timeline(tab).pending[0]?.clientMessageId ?? '',
      })
    }) as never)
    send(tab, 'Hello')
    expect(pending(tab)).toEqual(['Hello: sending'])
    await vi.waitFor(() => expect(pending(tab)).toEqual([]))
    expect(attempts).toEqual([['Hello']])
    expect(await entriesOf(me.id)).toEqual([])
  })

  test('is safe from Enter on, also when the tab is gone before the disk has it', async () => {
    const before = await visit()
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockReturnValue(new Promise(() => {}) as never)
    send(before, 'And gone')
    await vi.waitFor(() => expect(put).toHaveBeenCalled())
    crash(before)
    put.mockRestore()

    expect(pending(await visit(ownUser()))).toEqual([])
    const after = await visit()
    expect(pending(after)).toEqual(['And gone: sending'])
    crash(after)
    // Without waiting for a connection: it may have been there before the disk was read.
    const last = await visit(me, serve)
    await vi.waitFor(() => expect(texts(last)).toEqual(['And gone']))
    await keptOnDisk(0)
  })

  test('and given up while another one was on its way is not sent', async () => {
    const tab = await visit()
    const answer = new Deferred<Message>()
    tab.request.mockReturnValue(answer.promise as never)
    send(tab, 'One')
    send(tab, 'Two')
    await keptOnDisk(2)
    tab.useMessages.getState().resume()
    await vi.waitFor(() => expect(tab.request).toHaveBeenCalledTimes(1))
    const [one, two] = timeline(tab).pending
    tab.useMessages.getState().discard(two?.clientMessageId ?? '')
    answer.resolve(
      message({ conversationId: chat.id, senderId: me.id, text: 'One', clientMessageId: one?.clientMessageId ?? '' }),
    )
    await vi.waitFor(() => expect(texts(tab)).toEqual(['One']))
    await keptOnDisk(0)
    expect(tab.request).toHaveBeenCalledTimes(1)
  })

  test('offline is there after a reload, and is sent in order with the next connection', async () => {
    const before = await visit()
    offline(before)
    connection.disconnect()
    for (const text of ['One', 'Two', 'Three']) send(before, text)
    await keptOnDisk(3)
    crash(before)

    const after = await visit()
    expect(pending(after)).toEqual(['One: sending', 'Two: sending', 'Three: sending'])
    const kept = serve(after)
    connection.connect()
    after.useMessages.getState().resume()
    await vi.waitFor(() => expect(texts(after)).toEqual(['One', 'Two', 'Three']))
    expect(pending(after)).toEqual([])
    expect(kept.map(({ text }) => text)).toEqual(['One', 'Two', 'Three'])
  })

  test('of which the acknowledgement was lost is there once', async () => {
    const before = await visit()
    const kept: Message[] = []
    serve(before, kept)
    const answer = before.request.getMockImplementation()
    before.request.mockImplementation((async (...input: Parameters<Tab['request']>) => {
      await answer?.(...input)
      // Committed, and the tab is killed before it hears of it.
      return new Promise(() => {})
    }) as never)
    send(before, 'Only once')
    await vi.waitFor(() => expect(kept).toHaveLength(1))
    crash(before)
    giveLocks()

    const after = await visit()
    serve(after, kept)
    after.useMessages.getState().resume()
    await vi.waitFor(() => expect(texts(after)).toEqual(['Only once']))
    expect(kept).toHaveLength(1)
    expect(pending(after)).toEqual([])
  })

  test('and was refused says so after a reload too, and can be sent again or given up', async () => {
    const before = await visit()
    refuse(before, { status: 403, code: 'forbidden', detail: 'Not allowed.' })
    send(before, 'One')
    send(before, 'Two')
    await vi.waitFor(() => expect(pending(before)).toEqual(['One: failed', 'Two: failed']))
    crash(before)

    const after = await visit()
    expect(timeline(after).pending[0]?.problem?.detail).toBe('Not allowed.')
    serve(after)
    const [one, two] = timeline(after).pending
    after.useMessages.getState().discard(one?.clientMessageId ?? '')
    after.useMessages.getState().retry(two?.clientMessageId ?? '')
    await vi.waitFor(() => expect(texts(after)).toEqual(['Two']))
    expect(pending(after)).toEqual([])
    crash(after)
    expect(pending(await visit())).toEqual([])
  })

  test('waits by itself when the server asks for patience', async () => {
    const tab = await visit()
    serve(tab)
    tab.request.mockRejectedValueOnce(
      new tab.ApiProblem(problem({ status: 429, code: 'rate_limited', retryAfter: 0.05 })),
    )
    send(tab, 'Patience')
    await vi.waitFor(() => expect(tab.request).toHaveBeenCalledTimes(1))
    expect(pending(tab)).toEqual(['Patience: sending'])
    await vi.waitFor(() => expect(texts(tab)).toEqual(['Patience']))
  })

  test('is kept for the next visit of the same user, and no other user sees or sends it', async () => {
    const before = await visit()
    offline(before)
    send(before, 'Mine')
    await keptOnDisk(1)
    crash(before)
    const other = await visit(ownUser())
    serve(other)
    other.useMessages.getState().resume()
    expect(pending(other)).toEqual([])
    crash(other)
    expect(pending(await visit())).toEqual(['Mine: sending'])
    expect(other.request).not.toHaveBeenCalled()
  })

  test('is sent from memory where the disk is full or there is none', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('no', 'QuotaExceededError')
    })
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('no', 'QuotaExceededError')
      },
    })
    const tab = await visit()
    serve(tab)
    send(tab, 'One')
    send(tab, 'Two')
    await vi.waitFor(() => expect(texts(tab)).toEqual(['One', 'Two']))
  })
})

describe('edits and deletes', () => {
  test('are shown at once, kept over a reload, and sent in their turn with the messages', async () => {
    const before = await visit()
    const kept = serve(before)
    send(before, 'Helo')
    send(before, 'Wrong')
    await vi.waitFor(() => expect(texts(before)).toEqual(['Helo', 'Wrong']))
    offline(before)
    before.useMessages.getState().edit(chat.id, 1, 'Hello')
    before.useMessages.getState().remove(chat.id, 2)
    send(before, 'Third')
    expect(timeline(before).changes).toMatchObject({
      1: { kind: 'edit', text: 'Hello', state: 'sending' },
      2: { kind: 'delete', state: 'sending' },
    })
    await keptOnDisk(3)
    crash(before)

    const after = await visit()
    for (const known of kept) after.useMessages.getState().receive(known)
    expect(Object.keys(timeline(after).changes)).toEqual(['1', '2'])
    serve(after, kept)
    after.useMessages.getState().resume()
    await vi.waitFor(() => expect(texts(after)).toEqual(['Hello', '', 'Third']))
    expect(timeline(after).changes).toEqual({})
    expect(after.request.mock.calls.map(([event]) => event)).toEqual(['editMessage', 'deleteMessage', 'sendMessage'])
  })

  test('[E1] an edit is sent against the version it began with, and again when only an edit of one’s own came between', async () => {
    const tab = await visit()
    const kept = serve(tab)
    send(tab, 'Helo')
    await vi.waitFor(() => expect(texts(tab)).toEqual(['Helo']))
    const conflict = (text: string) =>
      new tab.ApiProblem(
        problem({ status: 409, code: 'outdated_revision', reason: 'message_edited', params: { text, rev: 7 } }),
      )
    const asked = () => tab.request.mock.calls.flatMap(([event, input]) => (event === 'editMessage' ? [input] : []))

    offline(tab)
    tab.useMessages.getState().edit(chat.id, 1, 'Hello', { rev: 1, text: 'Helo' })
    tab.useMessages.getState().edit(chat.id, 1, 'Hello you', { rev: 1, text: 'Hello' })
    serve(tab, kept)
    tab.request.mockRejectedValueOnce(conflict('Hello'))
    tab.useMessages.getState().resume()
    await vi.waitFor(() => expect(texts(tab)).toEqual(['Hello you']))
    expect(asked().slice(-2)).toMatchObject([{ fromRev: 1 }, { text: 'Hello you', fromRev: 7 }])

    tab.request.mockRejectedValueOnce(conflict('Good day'))
    tab.useMessages.getState().edit(chat.id, 1, 'Hello all', { rev: 8, text: 'Hello you' })
    await vi.waitFor(() => expect(timeline(tab).changes).toMatchObject({ 1: { state: 'failed', text: 'Hello all' } }))
  })

  test('of one message that wait replace each other', async () => {
    const tab = await visit()
    const kept = serve(tab)
    send(tab, 'One')
    await vi.waitFor(() => expect(texts(tab)).toEqual(['One']))
    offline(tab)
    tab.useMessages.getState().edit(chat.id, 1, 'First try')
    await vi.waitFor(() => expect(tab.request).toHaveBeenCalledTimes(2))
    tab.useMessages.getState().edit(chat.id, 1, 'Second try')
    await vi.waitFor(() => expect(tab.request).toHaveBeenCalledTimes(3))
    tab.request.mockClear()
    serve(tab, kept)
    tab.useMessages.getState().resume()
    await vi.waitFor(() => expect(texts(tab)).toEqual(['Second try']))
    expect(tab.request).toHaveBeenCalledTimes(1)
  })

  test('that were refused can be given up', async () => {
    const tab = await visit()
    serve(tab)
    send(tab, 'One')
    await vi.waitFor(() => expect(texts(tab)).toEqual(['One']))
    refuse(tab, { status: 403, code: 'forbidden' })
    tab.useMessages.getState().edit(chat.id, 1, 'Two')
    await vi.waitFor(() => expect(timeline(tab).changes[1]?.state).toBe('failed'))
    tab.useMessages.getState().discardChange(chat.id, 1)
    expect(timeline(tab).changes).toEqual({})
    expect(texts(tab)).toEqual(['One'])
  })
})

describe('several tabs', () => {
  test('show what one of them wrote, until it has arrived', async () => {
    const [a, b] = [await visit(), await visit()]
    const answer = new Deferred<Message>()
    a.request.mockReturnValue(answer.promise as never)
    send(a, 'Hello')
    await vi.waitFor(() => expect(pending(b)).toEqual(['Hello: sending']))
    const clientMessageId = timeline(a).pending[0]?.clientMessageId ?? ''
    answer.resolve(message({ conversationId: chat.id, senderId: me.id, text: 'Hello', clientMessageId }))
    await vi.waitFor(() => expect(texts(b)).toEqual(['Hello']))
    expect(pending(b)).toEqual([])
    expect(b.request).not.toHaveBeenCalled()
  })

  test('send what waits once, whichever has its turn first', async () => {
    const [a, b] = [await visit(), await visit()]
    offline(a)
    for (const text of ['One', 'Two', 'Three']) send(a, text)
    await vi.waitFor(() => expect(pending(b)).toHaveLength(3))
    const kept = serve(a)
    serve(b, kept)
    a.useMessages.getState().resume()
    b.useMessages.getState().resume()
    await vi.waitFor(() =>
      expect([texts(a), texts(b)]).toEqual([
        ['One', 'Two', 'Three'],
        ['One', 'Two', 'Three'],
      ]),
    )
    const attempts = [...a.request.mock.calls, ...b.request.mock.calls].map(([, input]) => JSON.stringify(input))
    expect(kept).toHaveLength(3)
    // The three that could not be sent, and each of the three once.
    expect(attempts.length).toBeLessThanOrEqual(6)
  })

  test('take over what a closed one has left', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
    const [a, b] = [await visit(), await visit()]
    offline(a)
    serve(b)
    send(a, 'Left behind')
    await vi.waitFor(() => expect(pending(b)).toEqual(['Left behind: sending']))
    crash(a)
    await vi.advanceTimersByTimeAsync(6000)
    vi.useRealTimers()
    await vi.waitFor(() => expect(texts(b)).toEqual(['Left behind']))
  })
})

test('an error of the page is no reason to send for ever', async () => {
  const tab = await visit()
  tab.request.mockRejectedValue(new TypeError('broken'))
  send(tab, 'One')
  await vi.waitFor(() => expect(pending(tab)).toEqual(['One: failed']))
})

test('[E8] messages stay in their order when the clock of the computer is set back before a reload', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const first = await visit()
    send(first, 'One')
    await keptOnDisk(1)
    crash(first)
    vi.setSystemTime(Date.now() - 3 * 3_600_000)
    const second = await visit()
    send(second, 'Two')
    await keptOnDisk(2)
    crash(second)
    expect(pending(await visit()).map((line) => line.split(':')[0])).toEqual(['One', 'Two'])
  } finally {
    vi.useRealTimers()
  }
})
