import type { BrowserContext, Page } from '@playwright/test'
import { connectionsOf, expect, openChatWith, PASSWORD, send, test, usernameOf, type Visitor } from './fixtures.ts'
import { testThroughProxy } from './helpers/lines.fixtures.ts'
import { countSharedWorkers, killSharedWorkers } from './helpers/sharedWorkers.ts'

/** Counts what a browser would show, in the place of its own notifications, which no test can look at. */
async function countNotifications(context: BrowserContext): Promise<string[]> {
  const shown: string[] = []
  await context.exposeBinding('countNotification', (_, title: string) => shown.push(title))
  await context.addInitScript(() => {
    class Counted extends EventTarget {
      static permission = 'granted'
      static requestPermission = async () => 'granted'
      constructor(title: string) {
        super()
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        ;(globalThis as unknown as { countNotification: (title: string) => void }).countNotification(title)
      }
      close(): void {}
    }
    Object.defineProperty(globalThis, 'Notification', { value: Counted })
    if ('ServiceWorkerRegistration' in globalThis) {
      ServiceWorkerRegistration.prototype.showNotification = async (title) => void new Counted(title)
    }
  })
  return shown
}

const atList = (page: Page) => expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible()

test('five tabs and another browser: one notification, and every badge is gone within a second after reading in one', async ({
  signUp,
  server,
  browser,
}) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  const shown = await countNotifications(kofi.context)
  await kofi.page.reload()
  await atList(kofi.page)
  const pages = [kofi.page]
  while (pages.length < 5) {
    const page = await kofi.context.newPage()
    await page.goto(server.url)
    await atList(page)
    pages.push(page)
  }
  // Another device, on which notifications are not allowed.
  const device = await browser.newContext()
  await device.request.post(`${server.url}/api/auth/login`, {
    data: { login: usernameOf('Kofi Boateng'), password: PASSWORD },
  })
  const there = await device.newPage()
  await there.goto(server.url)
  await atList(there)
  pages.push(there)

  await openChatWith(amara, 'Kofi Boateng')
  await send(amara, 'The gate is open')
  for (const page of pages) {
    await expect(page).toHaveTitle(/\(1\)/)
    await expect(page.locator('link[rel="icon"]')).toHaveAttribute('href', '/favicon-unread.svg')
  }
  await expect.poll(() => shown).toEqual(['Amara Okafor'])

  const [first, ...others] = pages
  await first?.getByRole('link', { name: /Amara Okafor/ }).click()
  if (first) await expect(first).not.toHaveTitle(/\(/)
  await Promise.all(
    others.map(async (page) => {
      await expect(page).not.toHaveTitle(/\(/, { timeout: 1000 })
      await expect(page.getByRole('link', { name: /Amara Okafor/ })).not.toContainText('unread', { timeout: 1000 })
    }),
  )

  // The one that notified goes; another one takes over, and who looks at the conversation is not told.
  await kofi.page.close()
  await send(amara, 'And the tea is ready')
  await expect.poll(() => shown).toEqual(['Amara Okafor', 'Amara Okafor'])
  await others[0]?.getByRole('link', { name: /Amara Okafor/ }).click()
  await expect(
    others[0]?.getByRole('log').getByText('And the tea is ready') ?? there.getByText('nowhere'),
  ).toBeVisible()
  await send(amara, 'Look up')
  await expect(others[0]?.getByRole('log').getByText('Look up') ?? there.getByText('nowhere')).toBeVisible()
  await expect(there.getByRole('link', { name: /Amara Okafor/ })).toContainText('Look up')
  expect(shown).toHaveLength(2)
  await device.close()
})

test('marking as unread shows in every tab, until the conversation is opened again', async ({ signUp, server }) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  await openChatWith(amara, 'Kofi Boateng')
  await send(amara, 'Think about it')
  await kofi.page.getByRole('link', { name: /Amara Okafor/ }).click()
  await expect(kofi.page.getByRole('log').getByText('Think about it')).toBeVisible()
  await expect(kofi.page).not.toHaveTitle(/\(/)
  const second = await kofi.context.newPage()
  await second.goto(server.url)
  await atList(second)

  await kofi.page.getByRole('button', { name: 'Conversation actions' }).click()
  await kofi.page.getByRole('menuitem', { name: 'Mark as unread' }).click()
  await expect(kofi.page).toHaveURL(server.url)
  for (const page of [kofi.page, second])
    await expect(page.getByRole('link', { name: /Amara Okafor/ })).toContainText('Marked as unread')
  await second.getByRole('link', { name: /Amara Okafor/ }).click()
  for (const page of [kofi.page, second])
    await expect(page.getByRole('link', { name: /Amara Okafor/ })).not.toContainText('Marked as unread')
})

test('a tab whose browser another user signed in to stops, and what was written there waits for its author', async ({
  signUp,
  server,
}) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  await openChatWith(amara, 'Kofi Boateng')
  await amara.context.setOffline(true)
  await send(amara, 'Written by Amara')
  const signIn = async (name: string) => {
    const data = { login: usernameOf(name), password: PASSWORD }
    const answer = await amara.context.request.post(`${server.url}/api/auth/login`, { data })
    expect(answer.ok()).toBe(true)
  }
  // As another tab of the browser does.
  await signIn('Kofi Boateng')
  await amara.context.setOffline(false)
  await expect(amara.page.getByText('You are signed in as Kofi Boateng in another tab')).toBeVisible()

  await amara.page.getByRole('button', { name: 'Reload' }).click()
  await atList(amara.page)
  await expect(kofi.page.getByText('Written by Amara')).toHaveCount(0)
  await signIn('Amara Okafor')
  await amara.page.reload()
  await atList(amara.page)
  await expect(kofi.page.getByRole('link', { name: /Amara Okafor.*Written by Amara/ })).toBeVisible()
})

const TABS = 10
/** A takeover and a message take about a second, on a machine that has time. */
const SOON_MS = 30_000

/** Opens tabs of a user, until there are so many. They load at the same time. */
async function openTabs({ context, page }: Visitor, url: string, count = TABS): Promise<Page[]> {
  const others = Array.from({ length: count - 1 }, async () => {
    const other = await context.newPage()
    await other.goto(url)
    await expect(other.getByRole('heading', { name: 'Chats' })).toBeVisible({ timeout: 60_000 })
    return other
  })
  return [page, ...(await Promise.all(others))]
}

async function expectInAll(pages: Page[], text: string): Promise<void> {
  await Promise.all(
    pages.map((page) =>
      expect(page.getByRole('link', { name: /Amara Okafor/ })).toContainText(text, { timeout: SOON_MS }),
    ),
  )
}

testThroughProxy(
  '[E7] ten tabs whose network refuses WebSocket share one connection, also after the first tab or the worker is gone',
  async ({ signUp, server, line }) => {
    test.slow()
    const amara = await signUp('Amara Okafor')
    const kofi = await signUp('Kofi Boateng')
    await openChatWith(amara, 'Kofi Boateng')
    line.webSocket = 'refuse'
    line.cut()
    const [first, ...others] = await openTabs(kofi, server.url)
    if (!first) throw new Error('no tab')
    await send(amara, 'To ten tabs')
    await expectInAll([first, ...others], 'To ten tabs')
    await expect.poll(() => connectionsOf(amara, server.url)).toBe(2)

    await first.close()
    await send(amara, 'The first one is gone')
    await expectInAll(others, 'The first one is gone')

    expect(await killSharedWorkers(kofi.context)).toBe(1)
    await send(amara, 'The worker is gone')
    await expectInAll(others, 'The worker is gone')
    expect(await countSharedWorkers(kofi.context)).toBe(1)
    // The server waits 45 seconds for the polls of the one that was killed.
    await expect.poll(() => connectionsOf(amara, server.url), { timeout: 60_000 }).toBe(2)
  },
)

testThroughProxy(
  '[E7] ten tabs bear a line that is late, is cut, and swallows WebSocket',
  async ({ signUp, server, line }) => {
    test.slow()
    const amara = await signUp('Amara Okafor')
    const kofi = await signUp('Kofi Boateng')
    await openChatWith(amara, 'Kofi Boateng')
    const pages = await openTabs(kofi, server.url)
    line.delayMs = 300
    await send(amara, 'Late')
    await expectInAll(pages, 'Late')
    line.cut()
    await send(amara, 'Cut off')
    await expectInAll(pages, 'Cut off')
    line.delayMs = 0
    line.webSocket = 'swallow'
    line.cut()
    await send(amara, 'Swallowed')
    await Promise.all(
      // Both ends wait five seconds for the WebSocket.
      pages.map((page) =>
        expect(page.getByRole('link', { name: /Amara Okafor/ })).toContainText('Swallowed', { timeout: 30_000 }),
      ),
    )
    await expect.poll(() => connectionsOf(amara, server.url)).toBe(2)
  },
)

test('[E7] two users in two tabs of one browser do not share a connection', async ({ signUp, server }) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  await signUp('Yuki Tanaka')
  await openChatWith(kofi, 'Amara Okafor')
  await send(kofi, 'To Amara')
  await expectTold(amara.page, 'To Amara')
  const data = { login: usernameOf('Yuki Tanaka'), password: PASSWORD }
  expect((await amara.context.request.post(`${server.url}/api/auth/login`, { data })).ok()).toBe(true)
  const second = await amara.context.newPage()
  await second.goto(server.url)
  await atList(second)
  expect(await countSharedWorkers(amara.context)).toBe(2)
  await send(kofi, 'To Amara again')
  await openChatWith(kofi, 'Yuki Tanaka')
  await send(kofi, 'To Yuki')
  await expectTold(second, 'To Yuki')
  await expect(second.getByText(/To Amara/)).toHaveCount(0)
  await expect(amara.page.getByText('To Yuki')).toHaveCount(0)
})

const expectTold = (page: Page, text: string) =>
  expect(page.getByRole('link', { name: /Kofi Boateng/ })).toContainText(text)

test('[E7] the sign-out in one tab signs out the others, and the next sign-in connects all', async ({
  signUp,
  server,
}) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  const pages = await openTabs(kofi, server.url, 3)
  await kofi.page.getByRole('button', { name: /^Your profile/ }).click()
  await kofi.page.getByRole('menuitem', { name: 'Sign out' }).click()
  for (const page of pages) await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await expect.poll(() => connectionsOf(amara, server.url)).toBe(1)

  await kofi.page.getByLabel('Username or e-mail').fill(usernameOf('Kofi Boateng'))
  await kofi.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await kofi.page.getByRole('button', { name: 'Sign in' }).click()
  await atList(kofi.page)
  await pages[1]?.goto(server.url)
  await openChatWith(amara, 'Kofi Boateng')
  await send(amara, 'Welcome back')
  await expectInAll(pages.slice(0, 2), 'Welcome back')
  expect(await connectionsOf(amara, server.url)).toBe(2)
})

test('[E7] without shared workers one tab leads, and another one does when it closes or the user signs out', async ({
  signUp,
  server,
}) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  await kofi.context.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'))
  await kofi.page.reload()
  const [first, ...others] = await openTabs(kofi, server.url, 3)
  await openChatWith(amara, 'Kofi Boateng')
  await send(amara, 'To each of them')
  await expectInAll([kofi.page, ...others], 'To each of them')
  await expect.poll(() => connectionsOf(amara, server.url)).toBe(2)

  await first?.close()
  await send(amara, 'The one that led is gone')
  await expectInAll(others, 'The one that led is gone')
  await expect.poll(() => connectionsOf(amara, server.url)).toBe(2)

  await others[0]?.getByRole('button', { name: /^Your profile/ }).click()
  await others[0]?.getByRole('menuitem', { name: 'Sign out' }).click()
  for (const page of others) await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await expect.poll(() => connectionsOf(amara, server.url)).toBe(1)
})
