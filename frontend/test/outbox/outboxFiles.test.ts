import type { Attachment, Conversation, Message } from 'backend/contract'
import { beforeEach, expect, test, vi } from 'vitest'
import type * as Api from '../../src/uploads/upload.api.ts'
import type * as Transfer from '../../src/uploads/tusUpload.client.ts'
import { NO_CONNECTION } from '../../src/connection/problem.model.ts'
import { EMPTY_TIMELINE } from '../../src/timeline/timeline.model.ts'
import { withoutIsolates } from '../../src/lib/isolate.ts'
import { conversation, message, ownUser, problem } from '../generators/index.ts'
import { attachment, file } from '../generators/media.ts'
import { Deferred } from '../helpers/deferred.ts'
import { connection } from '../helpers/fakeSocket.ts'
import { freshBrowser, openTab, takeLocks } from '../helpers/tabs.ts'

vi.mock(import('../../src/uploads/upload.api.ts'), async (original) => ({
  ...(await original()),
  uploadAllowance: async () => ({ fileMax: 1e9, remaining: null, quota: null }),
  startUpload: (async ({ name }) => ({
    id: name,
    target: { kind: 'resumable', url: name },
    expiresAt: '',
  })) as typeof Api.startUpload,
  completeUpload: ((id) => completed(id)) as typeof Api.completeUpload,
  cancelUpload: async () => undefined,
}))
vi.mock(import('../../src/uploads/tusUpload.client.ts'), () => ({
  transfer: (async () => {}) as typeof Transfer.transfer,
}))

/** What the server answers to the end of an upload, by the name of the file. */
let completed: (name: string) => Promise<Attachment>
const answers = new Map<string, Deferred<Attachment>>()
const answerOf = (name: string): Deferred<Attachment> => {
  const known = answers.get(name) ?? new Deferred<Attachment>()
  answers.set(name, known)
  return known
}
const arrives = (name: string): void => answerOf(name).resolve(attachment({ id: name, name }))

type Tab = Awaited<ReturnType<typeof openTab>>
const me = ownUser()
let chat: Conversation

beforeEach(() => {
  freshBrowser()
  answers.clear()
  completed = (name) => answerOf(name).promise
  chat = conversation({ lastMessage: null })
})

async function visit(): Promise<Tab> {
  const tab = await openTab(me)
  tab.useConversations.setState({ byId: { [chat.id]: chat } })
  serve(tab)
  await tab.useMessages.getState().restore()
  tab.useMessages.setState(({ timelines }) => ({
    timelines: { [chat.id]: { ...(timelines[chat.id] ?? EMPTY_TIMELINE), status: 'ready' } },
  }))
  return tab
}

/** The page is closed, and what it held with it. */
function crash(tab: Tab): void {
  tab.useSession.setState({ status: 'signedOut', user: null })
  tab.useMessages.getState().forget()
}

const kept: Message[] = []
function serve({ request }: Tab): void {
  kept.length = 0
  request.mockImplementation((async (
    _event: string,
    input: { clientMessageId: string; text: string; attachmentIds?: string[] },
  ) => {
    const { text, clientMessageId, attachmentIds = [] } = input
    const sent = message({
      conversationId: chat.id,
      senderId: me.id,
      seq: kept.length + 1,
      rev: kept.length + 1,
      text,
      clientMessageId,
      attachments: attachmentIds.map((id) => attachment({ id })),
    })
    kept.push(sent)
    return sent
  }) as never)
}

const timeline = ({ useMessages }: Tab) => useMessages.getState().timelines[chat.id] ?? EMPTY_TIMELINE
const pending = (tab: Tab) => timeline(tab).pending.map(({ text, state }) => `${text}: ${state}`)
const sent = () => kept.map(({ text, attachments }) => [text, ...attachments.map(({ id }) => id)].join(' '))

async function sendWith(tab: Tab, text: string, ...names: string[]): Promise<void> {
  const { attach, take } = tab.useUploads.getState()
  await attach(
    chat.id,
    names.map((name) => file(name)),
  )
  tab.useMessages.getState().send(chat.id, text, take(chat.id))
}

test('a message waits for its uploads, and what is written after it waits with it', async () => {
  const tab = await visit()
  await sendWith(tab, 'Look', 'a.txt', 'b.txt')
  tab.useMessages.getState().send(chat.id, 'And this')
  await vi.waitFor(() => expect(pending(tab)).toEqual(['Look: sending', 'And this: sending']))
  arrives('b.txt')
  await vi.waitFor(() => expect(timeline(tab).pending[0]?.files[1]?.attachment?.id).toBe('b.txt'))
  expect(tab.request).not.toHaveBeenCalled()
  arrives('a.txt')
  await vi.waitFor(() => expect(sent()).toEqual(['Look a.txt b.txt', 'And this']))
  await vi.waitFor(() => expect(pending(tab)).toEqual([]))
  expect(tab.useUploads.getState().items).toEqual({})
})

test('what was uploaded when the page was closed is sent after the reload', async () => {
  const before = await visit()
  connection.disconnect()
  before.request.mockRejectedValue(new before.ApiProblem(NO_CONNECTION))
  arrives('a.txt')
  await sendWith(before, 'Look', 'a.txt')
  await vi.waitFor(() => expect(before.request).toHaveBeenCalled())
  crash(before)
  connection.connect()
  const after = await visit()
  after.useMessages.getState().resume()
  await vi.waitFor(() => expect(sent()).toEqual(['Look a.txt']))
})

test('what was not is told as lost, lets the next message go, and can be chosen again', async () => {
  const before = await visit()
  await sendWith(before, 'Look', 'film.mp4')
  before.useMessages.getState().send(chat.id, 'And this')
  const { entriesOf } = await import('../../src/outbox/outbox.storage.ts')
  await vi.waitFor(async () => expect(await entriesOf(me.id)).toHaveLength(2))
  crash(before)

  const after = await visit()
  await vi.waitFor(() => expect(sent()).toEqual(['And this']))
  expect(pending(after)).toEqual(['Look: failed'])
  const [lost] = timeline(after).pending
  expect(withoutIsolates(lost?.problem?.detail ?? '')).toBe('“film.mp4” was not uploaded before the page was closed.')
  const item = after.useUploads.getState().begin(chat.id, file('film again.mp4'))
  after.useMessages.getState().replaceLost(lost?.clientMessageId ?? '', [item])
  arrives('film again.mp4')
  await vi.waitFor(() => expect(sent()).toEqual(['And this', 'Look film again.mp4']))
})

test('while another tab still uploads, nothing is lost and nothing is sent twice', async () => {
  const a = await visit()
  await sendWith(a, 'Look', 'a.txt')
  const { entriesOf } = await import('../../src/outbox/outbox.storage.ts')
  await vi.waitFor(async () => expect(await entriesOf(me.id)).toHaveLength(1))
  const b = await visit()
  b.useMessages.getState().resume()
  await vi.waitFor(() => expect(pending(b)).toEqual(['Look: sending']))
  arrives('a.txt')
  await vi.waitFor(() => expect(pending(b)).toEqual([]))
  expect(sent()).toEqual(['Look a.txt'])
})

test('[E11] on plain http too, another tab that still uploads is asked before its upload is told as lost', async () => {
  takeLocks()
  const a = await visit()
  await sendWith(a, 'Look', 'a.txt')
  const { entriesOf } = await import('../../src/outbox/outbox.storage.ts')
  await vi.waitFor(async () => expect(await entriesOf(me.id)).toHaveLength(1))
  const b = await visit()
  const { isHeld } = await import('../../src/lib/tabs.ts')
  const [entry] = await entriesOf(me.id)
  const tab = entry?.kind === 'send' ? entry.files?.[0]?.tab : undefined
  expect(await isHeld(`parley.uploads.${tab}`)).toBe(true)
  b.useMessages.getState().resume()
  await vi.waitFor(() => expect(pending(b)).toEqual(['Look: sending']))
  arrives('a.txt')
  // Both tabs may send it. The server knows a repeat by its clientMessageId.
  await vi.waitFor(() => expect([...new Set(sent())]).toEqual(['Look a.txt']))
  await vi.waitFor(() => expect(pending(b)).toEqual([]))
  expect((await entriesOf(me.id)).map(({ state }) => state)).toEqual([])
})

test('an upload that is refused fails its message by name, and is tried again with it', async () => {
  const tab = await visit()
  answerOf('a.txt').reject(
    new tab.ApiProblem(problem({ status: 413, code: 'quota_exceeded', detail: 'Your storage is full.' })),
  )
  await sendWith(tab, 'Look', 'a.txt')
  await vi.waitFor(() => expect(pending(tab)).toEqual(['Look: failed']))
  const [failed] = timeline(tab).pending
  expect(withoutIsolates(failed?.problem?.detail ?? '')).toBe('“a.txt”: Your storage is full.')
  answers.clear()
  arrives('a.txt')
  tab.useMessages.getState().retry(failed?.clientMessageId ?? '')
  await vi.waitFor(() => expect(sent()).toEqual(['Look a.txt']))
})

test('a file that is cancelled is left out, and a message with nothing left is not sent', async () => {
  const tab = await visit()
  await sendWith(tab, 'Look', 'a.txt', 'b.txt')
  await sendWith(tab, '', 'c.txt')
  await vi.waitFor(() => expect(pending(tab)).toEqual(['Look: sending', ': sending']))
  const [first, second] = timeline(tab).pending
  const remove = (entry: typeof first, at: number) =>
    tab.useMessages.getState().removeFile(entry?.clientMessageId ?? '', entry?.files[at]?.key ?? '')
  remove(second, 0)
  expect(pending(tab)).toEqual(['Look: sending'])
  remove(first, 1)
  arrives('a.txt')
  await vi.waitFor(() => expect(sent()).toEqual(['Look a.txt']))
})
