import type { ConversationId } from 'backend/contract'
import { pathOf } from '../conversations/conversation.path.ts'

/** A notification as the system shows it: one for each conversation. */
export interface Shown {
  conversationId: ConversationId
  title: string
  body: string
  /** Makes a sound again; false for a correction. */
  alerts: boolean
}

export type NotificationState = 'unsupported' | 'failed' | NotificationPermission

const WORKER = '/notification.worker.js'
const open = new Map<ConversationId, Notification>()
/** The browser allows notifications, but has refused to show one. */
let hasFailed = false

/** Returns `unsupported` also for a page without https, because browsers allow no notifications there. */
export function notificationState(): NotificationState {
  if (!globalThis.isSecureContext || !('Notification' in globalThis)) return 'unsupported'
  return Notification.permission === 'granted' && hasFailed ? 'failed' : Notification.permission
}

/** Asks the user for the permission. Call it only after a press of the user; browsers refuse it at other times. */
export async function askForNotifications(): Promise<NotificationState> {
  if (notificationState() === 'default') await Notification.requestPermission()
  if (notificationState() === 'granted' && isPhone()) await worker()
  return notificationState()
}

/** Browsers of phones have the constructor, but it throws. They show notifications of a service worker only. */
const isPhone = (): boolean => /Android|iPhone|iPad/u.test(navigator.userAgent)

type Opener = (path: string) => void
let opener: Opener = (path) => location.assign(path)

/** Sets the function that opens a path of the page after a press on a notification. Returns a function that ends it. */
export function onNotificationClick(given: Opener): () => void {
  opener = given
  const heard = ({ data }: MessageEvent<unknown>): void => {
    if (typeof data !== 'object' || data === null || !('kind' in data) || data.kind !== 'open') return
    if ('path' in data && typeof data.path === 'string' && data.path.startsWith('/')) opener(data.path)
  }
  const workers = serviceWorkers()
  workers?.addEventListener('message', heard)
  return () => workers?.removeEventListener('message', heard)
}

/** Shows a notification in place of the earlier one of its conversation. */
export async function display({ conversationId, title, body, alerts }: Shown): Promise<void> {
  const path = pathOf(conversationId)
  const options = {
    body,
    tag: conversationId,
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    // Without it the system replaces a notification of the same tag without a sound.
    renotify: alerts,
    silent: alerts ? null : true,
    data: { path },
  }
  if (!isPhone()) {
    try {
      const notification = new Notification(title, options)
      notification.addEventListener('click', () => {
        window.focus()
        opener(path)
        notification.close()
      })
      open.set(conversationId, notification)
      hasFailed = false
      return
    } catch {
      // A browser of a phone that does not say so. The service worker shows it.
    }
  }
  try {
    const registration = await worker()
    await registration?.showNotification(title, options)
  } catch {
    hasFailed = true
  }
}

/** Closes the notification of a conversation, or without one all notifications, also those of before a reload. */
export async function closeShown(conversationId?: ConversationId): Promise<void> {
  for (const [id, notification] of open) {
    if (conversationId !== undefined && id !== conversationId) continue
    notification.close()
    open.delete(id)
  }
  const registration = await serviceWorkers()
    ?.getRegistration(WORKER)
    .catch(() => undefined)
  const filter = conversationId === undefined ? {} : { tag: conversationId }
  for (const notification of (await registration?.getNotifications(filter)) ?? []) notification.close()
}

/** Returns the service worker's registration; null when the browser has none, and then it cannot show notifications. */
async function worker(): Promise<ServiceWorkerRegistration | null> {
  try {
    const workers = serviceWorkers()
    if (!workers) throw new Error('no service workers')
    // The worker answers no requests, so the page never comes from it. The browser looks for a new one at each start.
    await workers.register(workerAddress(), { updateViaCache: 'none' })
    const registration = await workers.ready
    hasFailed = false
    return registration
  } catch {
    hasFailed = true
    return null
  }
}

/** Returns the worker's address. Where the page's policy asks for trusted addresses, it allows this policy, and the policy this address. */
function workerAddress(): string {
  policy ??= globalThis.trustedTypes?.createPolicy('worker', { createScriptURL: () => WORKER })
  return policy?.createScriptURL(WORKER) ?? WORKER
}

let policy: ReturnType<NonNullable<typeof trustedTypes>['createPolicy']> | undefined

function serviceWorkers(): ServiceWorkerContainer | undefined {
  return 'serviceWorker' in navigator ? navigator.serviceWorker : undefined
}
