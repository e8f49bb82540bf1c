import type { BrowserContext, Page } from '@playwright/test'
import { expect, openChatWith, PASSWORD, send, test, usernameOf } from './fixtures.ts'

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
