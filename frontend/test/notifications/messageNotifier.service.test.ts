import type { Message } from 'backend/contract'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { beginNotifying, correct, notify } from '../../src/notifications/messageNotifier.service.ts'
import { notificationState } from '../../src/notifications/notification.display.ts'
import { useUsers } from '../../src/people/people.store.ts'
import { conversation, group, message, user } from '../generators/index.ts'
import { signIn } from '../helpers/chat.tsx'
import { giveLocks } from '../helpers/tabs.ts'

interface Shown {
  title: string
  body: string
  tag: string
  renotify: boolean
  silent: boolean | null
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
  constructor(title: string, options: object) {
    super()
    this.own = add(title, options)
  }
  close(): void {
    this.own.isOpen = false
  }
}

/** Chrome on Android: the constructor throws, and a service worker shows notifications. */
function onAndroid({ hasWorkers = true } = {}) {
  class Refused {
    static permission = 'granted'
    constructor() {
      throw new TypeError('Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.')
    }
  }
  vi.stubGlobal('Notification', Refused)
  const registration = {
    showNotification: async (title: string, options: object) => void add(title, options),
    getNotifications: async ({ tag }: { tag?: string }) =>
      open()
        .filter((each) => tag === undefined || each.tag === tag)
        .map((each) => ({ close: () => (each.isOpen = false) })),
  }
  const register = vi.fn<(url: string, options: object) => Promise<void>>(async () => {})
  const workers = { register, ready: Promise.resolve(registration), getRegistration: async () => registration }
  vi.stubGlobal(
    'navigator',
    Object.create(navigator, {
      userAgent: { value: 'Mozilla/5.0 (Linux; Android 14) Chrome/130' },
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

async function begin(): Promise<() => void> {
  const end = beginNotifying()
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
  signIn()
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
  expect(open()).toEqual([])
})

test('[E4] closes with a group that the user was removed from, and at sign-out', async () => {
  const end = await begin()
  await arrive(from(1, 'Tables?', { conversationId: fair.id }))
  await arrive(from(1, 'Hello'))
  useConversations.getState().leave({ conversationId: fair.id, reason: 'removed' })
  expect(open().map(({ tag }) => tag)).toEqual([chat.id])
  end()
  expect(open()).toEqual([])
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
