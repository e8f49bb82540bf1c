import type { ConversationId, UserId } from 'backend/contract'

/** What a notification tells of one message. */
export interface Notice {
  /** The message's place, or the id of a reminder. */
  key: number | string
  /** The `rev` of the message when it was told, to ask for later changes. A reminder has that of no change: it is asked for by its id. */
  rev: number
  title: string
  /** Short: see `shortened`. */
  body: string
}

/**
 * An open notification: one for each conversation. All that is needed to change it later is stored in the notification
 * itself, so another tab, or the page after a reload, can change it too.
 */
export interface OpenNotification {
  userId: UserId
  conversationId: ConversationId
  /** The path of the page that a click opens. */
  path: string
  /** The messages it tells of, the newest last, which is shown. */
  notices: Notice[]
  /** The number of messages, including those whose notices are no longer kept. */
  count: number
}

/** The service worker that shows notifications. */
export const WORKER = '/notification.worker.js'

/** The notifications of a page without a service worker. They close with the page, because no other page can find them. */
const ofPage = new Set<Notification>()

/** Notes a notification that this page shows itself. */
export function keepOfPage(notification: Notification): void {
  // The system has replaced it.
  for (const earlier of ofPage) if (earlier.tag === notification.tag) ofPage.delete(earlier)
  ofPage.add(notification)
  notification.addEventListener('close', () => ofPage.delete(notification))
}

globalThis.addEventListener('pagehide', () => {
  for (const notification of ofPage) notification.close()
  ofPage.clear()
})

/** Returns the open notifications of a user on this device, also those of earlier pages; without a conversation all of them. */
export async function openNotifications(userId: UserId, conversationId?: ConversationId): Promise<OpenNotification[]> {
  const found = await listed(conversationId)
  return found.flatMap(({ data }: Notification) => (isOpenNotification(data) && data.userId === userId ? [data] : []))
}

/** Closes the notifications of a user on this device, also those of earlier pages; without a conversation all of them. */
export async function closeNotifications(userId: UserId, conversationId?: ConversationId): Promise<void> {
  await close(({ data }) => isOpenNotification(data) && data.userId === userId, conversationId)
}

/** Closes the notifications of all other users on this device. @param userId null: nobody is signed in */
export async function closeOtherNotifications(userId: UserId | null): Promise<void> {
  await close(({ data }) => !isOpenNotification(data) || data.userId !== userId)
}

/** Returns the browser's service workers. Plain http and some private windows have none. */
export function serviceWorkers(): ServiceWorkerContainer | undefined {
  return 'serviceWorker' in navigator ? navigator.serviceWorker : undefined
}

async function close(
  concerns: (notification: Notification) => boolean,
  conversationId?: ConversationId,
): Promise<void> {
  for (const notification of await listed(conversationId)) {
    if (!concerns(notification)) continue
    notification.close()
    ofPage.delete(notification)
  }
}

async function listed(conversationId?: ConversationId): Promise<Notification[]> {
  const filter = conversationId === undefined ? {} : { tag: conversationId }
  const own = [...ofPage].filter(({ tag }) => conversationId === undefined || tag === conversationId)
  try {
    const registration = await serviceWorkers()?.getRegistration(WORKER)
    return [...((await registration?.getNotifications(filter)) ?? []), ...own]
  } catch {
    return own
  }
}

/** Returns whether this build of the page made the notification. */
function isOpenNotification(data: unknown): data is OpenNotification {
  return (
    typeof data === 'object' && data !== null && 'userId' in data && 'notices' in data && Array.isArray(data.notices)
  )
}
