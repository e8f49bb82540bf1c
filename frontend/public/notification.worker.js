// Lets any page find, correct and close the notifications of earlier pages, and lets phones show some: their browsers allow that
// to a service worker only. It caches nothing and answers no request.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data.path))
})

/** How long a page may take to answer. One that is loading, or shows the sign-in, does not answer. */
const ANSWER_MS = 800

/** Opens a path in an open page, without loading it again, or in a new one. */
async function open(path) {
  for (const page of await self.clients.matchAll({ type: 'window', includeUncontrolled: true })) {
    if (await opens(page, path)) return page.focus()
  }
  return self.clients.openWindow(path)
}

/** Asks a page to open a path. Resolves to whether it does. */
function opens(page, path) {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), ANSWER_MS)
    port1.addEventListener('message', () => resolve(true))
    port1.start()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a window of this worker's own origin
    page.postMessage({ kind: 'open', path }, [port2])
  })
}
