import type { Message, MessagePage } from 'backend/contract'
import { expect, openChatWith, PASSWORD, send, test, usernameOf, type Visitor } from './fixtures.ts'

/** Returns the notifications that the system shows, the newest last. */
const shownTo = ({ page }: Visitor) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration()
    const all = (await registration?.getNotifications()) ?? []
    return all.map(({ title, body }) => `${title}: ${body.replaceAll(/[⁦-⁩]/gu, '')}`)
  })

test('[E4] a notification of before a reload follows edits, deletions, clicks, a sign-out and the next user', async ({
  signUp,
  server,
}) => {
  test.slow()
  const kofi = await signUp('Kofi Boateng')
  const amara = await signUp('Amara Okafor', { permissions: ['notifications'] })
  await openChatWith(kofi, 'Amara Okafor')
  const conversation = new URL(kofi.page.url()).pathname.slice('/c/'.length)
  const path = `${server.url}/api/messages/${conversation}`
  const list = async () => (await (await kofi.context.request.get(path)).json()) as MessagePage
  const place = async (text: string): Promise<Message> => {
    const found = (await list()).items.find((message) => message.text === text)
    if (!found) throw new Error(`no message ${text}`)
    return found
  }
  const edit = async (from: string, text: string) => {
    const { seq } = await place(from)
    const data = { text, clientEditId: crypto.randomUUID() }
    expect((await kofi.context.request.patch(`${path}/${seq}`, { data })).ok()).toBe(true)
  }
  const remove = async (text: string) => {
    const { seq } = await place(text)
    expect((await kofi.context.request.delete(`${path}/${seq}`)).ok()).toBe(true)
  }
  const expectShown = (...all: string[]) => expect.poll(() => shownTo(amara)).toEqual(all)
  // What comes before the connection is there comes by sync, which notifies of nothing.
  const connected = () => expect(amara.page.getByRole('button', { name: /^Your profile/ })).toContainText('Online')
  const atList = () => expect(amara.page.getByRole('heading', { name: 'Chats' })).toBeVisible()

  await send(kofi, 'At five')
  await send(kofi, 'Bring tea')
  await expectShown('Kofi Boateng (2): Bring tea')

  // Live, after a reload.
  await amara.page.reload()
  await atList()
  await expectShown('Kofi Boateng (2): Bring tea')
  await expect(amara.page.getByRole('link', { name: /Kofi Boateng.*Bring tea/ })).toBeVisible()
  await edit('Bring tea', 'Bring milk')
  await expectShown('Kofi Boateng (2): Bring milk')

  // By sync: the page does not hold the messages of the conversation.
  await amara.context.setOffline(true)
  await expect(amara.page.getByText(/^Offline/).first()).toBeVisible()
  await edit('At five', 'At half past five')
  await remove('Bring milk')
  await amara.context.setOffline(false)
  await expectShown('Kofi Boateng: At half past five')

  // While no page was open.
  await amara.page.goto('about:blank')
  await edit('At half past five', 'At six')
  await amara.page.goto(server.url)
  await expectShown('Kofi Boateng: At six')

  // A click opens its conversation in this page, which did not show it.
  const opened = amara.page.waitForURL(`${server.url}/c/${conversation}`)
  await amara.page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
  const [worker] = amara.context.serviceWorkers()
  await worker?.evaluate(async () => {
    const scope = globalThis as unknown as ServiceWorkerGlobal
    const [notification] = await scope.registration.getNotifications()
    scope.dispatchEvent(new scope.NotificationEvent('notificationclick', { notification }))
  })
  await opened
  expect(await amara.page.evaluate(() => 'isSamePage' in globalThis)).toBe(true)
  await expectShown()

  // The end of a session, and another user in the same browser.
  await amara.page.goto(`${server.url}/people`)
  await connected()
  await send(kofi, 'Before the sign-out')
  await expectShown('Kofi Boateng: Before the sign-out')
  await amara.page.getByRole('button', { name: /^Your profile/ }).click()
  await amara.page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(amara.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
  await expectShown()
  const signIn = async (name: string) => {
    const data = { login: usernameOf(name), password: PASSWORD }
    expect((await amara.context.request.post(`${server.url}/api/auth/login`, { data })).ok()).toBe(true)
    await amara.page.goto(`${server.url}/people`)
    await expect(amara.page.getByRole('heading', { name: 'People' }).first()).toBeVisible()
  }
  await signIn('Amara Okafor')
  await connected()
  await send(kofi, 'For Amara only')
  await expectShown('Kofi Boateng: For Amara only')
  await signIn('Kofi Boateng')
  await expectShown()
})

/** What the types of a page do not have of a service worker. */
interface ServiceWorkerGlobal extends EventTarget {
  registration: ServiceWorkerRegistration
  NotificationEvent: new (type: string, init: { notification: Notification | undefined }) => Event
}
