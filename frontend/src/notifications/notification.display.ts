import { keepOfPage, serviceWorkers, WORKER, type OpenNotification } from './notification.registry.ts'

export type NotificationState = 'unsupported' | 'failed' | NotificationPermission

/** The worker starts in milliseconds. A browser that does not start it at all lets the page wait for ever. */
const START_MS = 3000

/** The browser allows notifications, but has refused to show one. */
let hasFailed = false

/** Returns `unsupported` also for a page without https, because browsers allow no notifications there. */
export function notificationState(): NotificationState {
  if (!globalThis.isSecureContext || !('Notification' in globalThis)) return 'unsupported'
  const state = permission()
  return state === 'granted' && hasFailed ? 'failed' : state
}

/** The permission while the browser tells of its changes; null otherwise. */
let known: NotificationPermission | null = null
let isFollowing = false

/** Returns the permission. Each look at `Notification.permission` stops the page for some milliseconds in Chromium, so that a burst of messages would freeze it. */
function permission(): NotificationPermission {
  if (known !== null) return known
  if (!isFollowing) void follow()
  return Notification.permission
}

async function follow(): Promise<void> {
  isFollowing = true
  try {
    const status = await navigator.permissions.query({ name: 'notifications' })
    const look = (): void => void (known = Notification.permission)
    status.addEventListener('change', look)
    look()
  } catch {
    // This browser does not tell, so each look asks it.
  }
}

/** Asks the user for the permission. Call it only after a press of the user; browsers refuse it at other times. */
export async function askForNotifications(): Promise<NotificationState> {
  if (notificationState() === 'default') {
    const answer = await Notification.requestPermission()
    if (known !== null) known = answer
  }
  if (notificationState() === 'granted' && isPhone()) hasFailed = (await worker()) === null
  return notificationState()
}

/** Browsers of phones have the constructor, but it throws. They show notifications of a service worker only. */
const isPhone = (): boolean => /Android|iPhone|iPad/u.test(navigator.userAgent)

type Opener = (path: string) => void
let opener: Opener = (path) => location.assign(path)

/** Sets the function that opens a path of the page after a press on a notification. Returns a function that ends it. */
export function onNotificationClick(given: Opener): () => void {
  opener = given
  const heard = ({ data, ports }: MessageEvent<unknown>): void => {
    if (typeof data !== 'object' || data === null || !('kind' in data) || data.kind !== 'open') return
    if (!('path' in data) || typeof data.path !== 'string' || !data.path.startsWith('/')) return
    // The worker opens a new page when no page answers.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has one other end
    ports[0]?.postMessage('opened')
    opener(data.path)
  }
  const workers = serviceWorkers()
  workers?.addEventListener('message', heard)
  return () => workers?.removeEventListener('message', heard)
}

/**
 * Shows a notification in place of the earlier one of its conversation. It tells of its newest notice.
 * @param alerts makes a sound again; false for a correction
 */
export async function display(shown: OpenNotification, title: string, alerts: boolean): Promise<void> {
  const options = {
    body: shown.notices.at(-1)?.body ?? '',
    tag: shown.conversationId,
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    // Without it the system replaces a notification of the same tag without a sound.
    renotify: alerts,
    silent: alerts ? null : true,
    data: shown,
  }
  // Only those of a service worker can be found, corrected and closed by another page.
  hasFailed = !(await showByWorker(title, options)) && !showByPage(title, options, shown.path)
}

async function showByWorker(title: string, options: NotificationOptions): Promise<boolean> {
  try {
    const registration = await worker()
    await registration?.showNotification(title, options)
    return registration !== null
  } catch {
    return false
  }
}

function showByPage(title: string, options: NotificationOptions, path: string): boolean {
  try {
    const notification = new Notification(title, options)
    notification.addEventListener('click', () => {
      window.focus()
      opener(path)
      notification.close()
    })
    keepOfPage(notification)
    return true
  } catch {
    return false
  }
}

/** Returns the service worker's registration; null when the browser has none or does not start it. */
async function worker(): Promise<ServiceWorkerRegistration | null> {
  const workers = serviceWorkers()
  if (!workers) return null
  try {
    // The worker answers no requests, so the page never comes from it. The browser looks for a new one at each start.
    await workers.register(workerAddress(), { updateViaCache: 'none' })
    return await Promise.race([workers.ready, new Promise<null>((resolve) => setTimeout(resolve, START_MS, null))])
  } catch {
    return null
  }
}

/** Returns the worker's address. Where the page's policy asks for trusted addresses, it allows this policy, and the policy this address. */
function workerAddress(): string {
  policy ??= globalThis.trustedTypes?.createPolicy('worker', { createScriptURL: () => WORKER })
  return policy?.createScriptURL(WORKER) ?? WORKER
}

let policy: ReturnType<NonNullable<typeof trustedTypes>['createPolicy']> | undefined
