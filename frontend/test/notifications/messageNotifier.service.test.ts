import type { Message } from 'backend/contract'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { ApiProblem } from '../../src/connection/problem.model.ts'
import { getChat } from '../../src/conversations/conversation.api.ts'
import {
  beginNotifying,
  correct,
  correctMissed,
  keepReminders,
  notify,
  notifyOfReminder,
  withdrawNotification,
} from '../../src/notifications/messageNotifier.service.ts'
import { closeOtherNotifications } from '../../src/notifications/notification.registry.ts'
import { notificationState } from '../../src/notifications/notification.display.ts'
import { useUsers } from '../../src/people/people.store.ts'
import { listChanges } from '../../src/timeline/message.api.ts'
import { broadcast, conversation, group, message, ownUser, pending, problem, user } from '../generators/index.ts'
import { signIn } from '../helpers/chat.tsx'
import { giveLocks } from '../helpers/tabs.ts'

interface Shown {
  title: string
  body: string
  tag: string
  renotify: boolean
  silent: boolean | null
  data: unknown
  isOpen: boolean
}

/** All notifications that the system was asked for, in order. */
let shown: Shown[] = []
const open = () => shown.filter(({ isOpen }) => isOpen)
const last = () => shown.at(-1)

function add(title: string, options: object): Shown {
  const given = { title, isOpen: true, ...options } as Shown
  // A system replaces a notification of the same tag.
  for (const each of shown) if (each.tag === given.tag) each.isOpen = false
  shown.push(given)
  return given
}

class SystemNotification extends EventTarget {
  static permission = 'granted'
  private readonly own: Shown
  readonly tag: string
  readonly data: unknown
  constructor(title: string, options: object) {
    super()
    this.own = add(title, options)
    this.tag = this.own.tag
    this.data = this.own.data
  }
  close(): void {
    this.own.isOpen = false
  }
}

/** Chrome on Android: the constructor throws, and a service worker shows notifications. */
function onAndroid(options: { hasWorkers?: boolean } = {}) {
  class Refused {
    static permission = 'granted'
    constructor() {
      throw new TypeError('Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.')
    }
  }
  vi.stubGlobal('Notification', Refused)
  return withWorkers({ ...options, userAgent: 'Mozilla/5.0 (Linux; Android 14) Chrome/130' })
}

function withWorkers({ hasWorkers = true, userAgent = navigator.userAgent } = {}) {
  const registration = {
    showNotification: async (title: string, options: object) => void add(title, options),
    getNotifications: async ({ tag }: { tag?: string }) =>
      open()
        .filter((each) => tag === undefined || each.tag === tag)
        .map((each) => ({ data: each.data, tag: each.tag, close: () => (each.isOpen = false) })),
  }
  const register = vi.fn<(url: string, options: object) => Promise<void>>(async () => {})
  const workers = { register, ready: Promise.resolve(registration), getRegistration: async () => registration }
  vi.stubGlobal(
    'navigator',
    Object.create(navigator, {
      userAgent: { value: userAgent },
      serviceWorker: { value: hasWorkers ? workers : undefined },
    }),
  )
  return register
}

const kofi = user({ fullName: 'Kofi Boateng' })
const chat = conversation({ peer: kofi, lastMessage: null })
const fair = group({ lastMessage: null, readSeq: 0 })

const from = (seq: number, text: string, more: Partial<Message> = {}): Message =>
  message({ conversationId: chat.id, senderId: kofi.id, seq, text, ...more })

/** Sends a message to this page, which the user does not look at. */
async function arrive(incoming: Message): Promise<void> {
  const before = shown.length
  notify(incoming)
  await vi.waitFor(() => expect(shown.length).toBeGreaterThan(before), { interval: 5 })
}

let me = ownUser()

const titles = () => open().map(({ title }) => title)
const SOON = { interval: 5 }

/** Leaves the notifications open, and begins again as another page. */
async function reload(end: () => void): Promise<() => void> {
  const left = open()
  end()
  await expect.poll(titles, SOON).toEqual([])
  for (const each of left) each.isOpen = true
  return begin()
}

async function begin(): Promise<() => void> {
  const end = beginNotifying(me.id)
  onTestFinished(end)
  // The role comes in a later turn.
  await new Promise((resolve) => setTimeout(resolve))
  return end
}

beforeEach(() => {
  shown = []
  giveLocks()
  vi.stubGlobal('navigator', Object.create(navigator, { userAgent: { value: 'Mozilla/5.0 (X11; Linux) Chrome/130' } }))
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('Notification', SystemNotification)
  me = signIn()
  useUsers.getState().put([kofi])
  useConversations.setState({ byId: { [chat.id]: chat, [fair.id]: fair }, order: [chat.id, fair.id] })
})

test('[E4] alerts again for each message of a conversation, and says how many there are', async () => {
  await begin()
  await arrive(from(1, 'Hello'))
  await arrive(from(2, 'Are you there?'))
  expect(open()).toHaveLength(1)
  expect(last()).toMatchObject({ title: 'Kofi Boateng (2)', renotify: true, silent: null })
  expect(last()?.body).toContain('Are you there?')
})

test('[E4] follows an edit without a sound, and a deletion to the message before', async () => {
  await begin()
  await arrive(from(1, 'Hello'))
  await arrive(from(2, 'At five'))
  correct(from(2, 'At six', { editedAt: '2026-11-21T09:31:00Z' }))
  await vi.waitFor(() => expect(last()?.body).toContain('At six'), { interval: 5 })
  expect(last()).toMatchObject({ renotify: false, silent: true })
  correct(from(2, '', { deletedAt: '2026-11-21T09:32:00Z' }))
  await vi.waitFor(() => expect(last()).toMatchObject({ title: 'Kofi Boateng', silent: true }), { interval: 5 })
  expect(last()?.body).toContain('Hello')
  correct(from(1, '', { deletedAt: '2026-11-21T09:33:00Z' }))
  await expect.poll(titles, SOON).toEqual([])
})

test('[E4] closes with a group that the user was removed from, and at sign-out', async () => {
  const end = await begin()
  await arrive(from(1, 'Tables?', { conversationId: fair.id }))
  await arrive(from(1, 'Hello'))
  useConversations.getState().leave({ conversationId: fair.id, reason: 'removed' })
  await expect.poll(titles, SOON).toEqual(['Kofi Boateng'])
  end()
  await expect.poll(titles, SOON).toEqual([])
})

test('[E4] goes through the service worker on Android', async () => {
  const register = onAndroid()
  const end = await begin()
  await arrive(from(1, 'Hello'))
  expect(register).toHaveBeenCalledWith('/notification.worker.js', { updateViaCache: 'none' })
  expect(notificationState()).toBe('granted')
  end()
  await vi.waitFor(() => expect(open()).toEqual([]), { interval: 5 })
})

test('[E4] says that a browser shows none, although it allowed them', async () => {
  onAndroid({ hasWorkers: false })
  await begin()
  notify(from(1, 'Hello'))
  await vi.waitFor(() => expect(notificationState()).toBe('failed'), { interval: 5 })
})

describe('[E4] notifications of before a reload', () => {
  beforeEach(() => void withWorkers())

  test('[E4] are counted on, follow edits and deletions, and close when their conversation is read', async () => {
    const end = await begin()
    await arrive(from(1, 'Hello'))
    await arrive(from(2, 'At five'))
    await reload(end)
    await arrive(from(3, 'Are you there?'))
    await expect.poll(titles, SOON).toEqual(['Kofi Boateng (3)'])
    correct(from(3, '', { deletedAt: '2026-11-21T09:32:00Z' }))
    correct(from(2, 'At six', { editedAt: '2026-11-21T09:31:00Z' }))
    await vi.waitFor(() => expect(last()?.body).toContain('At six'), { interval: 5 })
    expect(last()).toMatchObject({ title: 'Kofi Boateng (2)', renotify: false, silent: true })
    useConversations.getState().take([{ ...chat, unreadCount: 1, lastSeq: 3, lastRev: 9 }])
    useConversations.getState().take([{ ...chat, readSeq: 3, unreadCount: 0, lastSeq: 3, lastRev: 9 }])
    await expect.poll(titles, SOON).toEqual([])
  })

  test('[E4] follow what the page was not told, and are asked for from the change that they show', async () => {
    const end = await begin()
    await arrive(from(1, 'Hello', { rev: 4 }))
    await arrive(from(2, 'At five', { rev: 6 }))
    await reload(end)
    const items = [from(1, 'Good evening', { rev: 8 }), from(2, '', { rev: 9, deletedAt: '2026-11-21T09:32:00Z' })]
    vi.mocked(getChat).mockResolvedValue({ ...chat, unreadCount: 2 })
    vi.mocked(listChanges).mockResolvedValue({ items, rev: 9, hasMore: false })
    await correctMissed()
    await expect.poll(titles, SOON).toEqual(['Kofi Boateng'])
    expect(last()?.body).toContain('Good evening')
    expect(listChanges).toHaveBeenCalledWith(chat.id, 4)
  })

  test('[E4] close when the user was removed, has read it elsewhere, or the announcement is gone', async () => {
    const end = await begin()
    await arrive(from(1, 'Hello'))
    await arrive(from(1, 'Tables?', { conversationId: fair.id }))
    await arrive(from(1, 'Museum', { conversationId: broadcast().id, title: 'Trip', senderId: kofi.id }))
    await reload(end)
    const notFound = new ApiProblem(problem({ code: 'not_found', status: 404 }))
    vi.mocked(listChanges).mockImplementation(async (id) => {
      if (id === fair.id) throw notFound
      const hidden = from(1, '', { conversationId: id, hidden: true })
      return { items: id === chat.id ? [] : [hidden], rev: 9, hasMore: false }
    })
    vi.mocked(getChat).mockImplementation(async (id) => {
      if (id === fair.id) throw notFound
      return id === chat.id ? { ...chat, readSeq: 1, unreadCount: 0 } : { ...broadcast(), unreadCount: 1 }
    })
    await correctMissed()
    await expect.poll(titles, SOON).toEqual([])
  })

  test('[E4] close with a conversation that the list does not have', async () => {
    const end = await begin()
    await arrive(from(1, 'Hello'))
    await reload(end)
    withdrawNotification(chat.id)
    await expect.poll(titles, SOON).toEqual([])
  })

  test('[E4] close when another user signs in, and when nobody is signed in', async () => {
    const end = await begin()
    await arrive(from(1, 'Hello'))
    const left = open()
    await reload(end)
    me = signIn()
    giveLocks()
    withWorkers()
    await begin()
    await expect.poll(titles, SOON).toEqual([])
    for (const each of left) each.isOpen = true
    await closeOtherNotifications(null)
    expect(open()).toEqual([])
  })

  test('[E4] a reminder closes when its announcement no longer waits for the user', async () => {
    const waiting = pending({ title: 'Museum trip' })
    const end = await begin()
    notifyOfReminder(waiting)
    await vi.waitFor(() => expect(open()).toHaveLength(1), { interval: 5 })
    await reload(end)
    await keepReminders(new Set([waiting.id]))
    expect(open()).toHaveLength(1)
    await keepReminders(new Set())
    await expect.poll(titles, SOON).toEqual([])
  })
})
