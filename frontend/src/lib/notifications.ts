export type NotificationState = 'unsupported' | NotificationPermission

/** `unsupported` also where the page has no https: browsers allow notifications to nobody there. */
export function notificationState(): NotificationState {
  return globalThis.isSecureContext && 'Notification' in globalThis ? Notification.permission : 'unsupported'
}

/** Asks the person. Call it only after an action of theirs: browsers refuse otherwise, and people say no. */
export async function askForNotifications(): Promise<NotificationState> {
  if (notificationState() === 'default') await Notification.requestPermission()
  return notificationState()
}
