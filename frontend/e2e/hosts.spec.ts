import { chromium, type Page } from '@playwright/test'
import { findChromium } from './browser.ts'
import { expect, log, openChatWith, PASSWORD, send, signUpAt, test as base, usernameOf } from './fixtures.ts'
import { startRealServer, type RealServer } from './server.ts'

/** A second Parley on another port of the same host: a browser sends the cookies of a host to all its ports. */
const test = base.extend<{ neighbour: RealServer }>({
  neighbour: async ({}, use) => {
    const neighbour = await startRealServer()
    await use(neighbour)
    await neighbour.remove()
  },
})

const NAME = 'Amara Okafor'
const chats = (page: Page) => page.getByRole('heading', { name: 'Chats' })
const welcome = (page: Page) => page.getByRole('heading', { name: 'Welcome back' })

test('[E9] signing in and out of one Parley leaves the other on the same host signed in', async ({
  signUp,
  neighbour,
}) => {
  // Two servers start.
  test.slow()
  const { page: first, context } = await signUp(NAME)
  const second = await context.newPage()
  const isSignedIn = async (page: Page) => {
    await page.reload()
    await expect(chats(page)).toBeVisible()
  }
  const signOut = async (page: Page) => {
    await page.getByRole('button', { name: 'Your profile' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(welcome(page)).toBeVisible()
  }

  await signUpAt(second, neighbour.url, NAME)
  await isSignedIn(first)

  await signOut(second)
  await isSignedIn(first)
  // The sign-in page of the second refreshes nothing of the first, and clears nothing.
  await second.reload()
  await expect(welcome(second)).toBeVisible()
  await isSignedIn(first)

  await second.getByLabel(/Username or e-mail/i).fill(usernameOf(NAME))
  await second.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await second.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(chats(second)).toBeVisible()
  await signOut(first)
  await isSignedIn(second)
})

/** A name that is not the own machine's, so that the browser takes plain http for what it is. */
const PLAIN_HOST = 'chat.example.org'

test('[E11] on plain http two tabs share a sign-in, and a tab that opens during an upload of the other leaves it alone', async ({
  server,
  signUp,
}) => {
  // Another browser starts, and an upload is slow.
  test.slow()
  const yuki = await signUp('Yuki Tanaka')
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: [`--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  })
  try {
    const address = `http://${PLAIN_HOST}:${new URL(server.url).port}`
    const context = await browser.newContext()
    const page = await context.newPage()
    const amara = { name: NAME, page, context }
    await signUpAt(page, address, NAME)
    expect(await page.evaluate(() => isSecureContext)).toBe(false)
    await openChatWith(amara, 'Yuki Tanaka')
    await openChatWith(yuki, NAME)

    const network = await context.newCDPSession(page)
    await network.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 300_000,
    })
    const file = { name: 'plan.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3_000_000, 7) }
    await page.locator('input[data-attach]').setInputFiles([file])
    await send(amara, 'A slow one')
    const other = { name: NAME, page: await context.newPage(), context }
    await other.page.goto(page.url())
    await expect(log(other).getByText('A slow one')).toBeVisible()
    await expect(log(yuki).getByText('A slow one')).toHaveCount(1, { timeout: 60_000 })
    for (const tab of [amara, other]) {
      await expect(log(tab).getByText('A slow one')).toHaveCount(1)
      await expect(log(tab).getByText('plan.bin')).toHaveCount(1)
      await expect(log(tab).getByText(/lost/i)).toHaveCount(0)
    }
    await send({ ...other }, 'From the other tab')
    await expect(log(amara).getByText('From the other tab')).toBeVisible()
  } finally {
    await browser.close()
  }
})
