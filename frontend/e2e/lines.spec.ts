import { expect, log, openChatWith, send, type Visitor } from './fixtures.ts'
import { testThroughProxy as test } from './helpers/lines.fixtures.ts'
import { photo, realVideo, tone, type GivenFile } from './helpers/mediaFiles.ts'

const offline = ({ page }: Visitor) => page.getByText(/^Offline/).first()

/** Lets two users open their conversation, with one message that both see. */
async function talk(signUp: (fullName: string) => Promise<Visitor>, text: string) {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  await openChatWith(amara, 'Kofi Boateng')
  await send(amara, text)
  await openChatWith(kofi, 'Amara Okafor')
  await expect(log(kofi).getByText(text)).toBeVisible()
  return { amara, kofi }
}

for (const fault of ['refuse', 'swallow', 'buffer'] as const) {
  test(`[E7] a page whose network harms WebSocket (${fault}) polls, and the next page begins with polling`, async ({
    signUp,
    line: proxy,
    server,
  }) => {
    const kofi = await signUp('Kofi Boateng')
    proxy.webSocket = fault
    const began = Date.now()
    const amara = await signUp('Amara Okafor')
    await openChatWith(amara, 'Kofi Boateng')
    await send(amara, 'By polling')
    await openChatWith(kofi, 'Amara Okafor')
    await expect(log(kofi).getByText('By polling')).toBeVisible()
    await send(kofi, 'Heard')
    await expect(log(amara).getByText('Heard')).toBeVisible()
    expect(proxy.seen.polls).toBeGreaterThan(0)
    expect(Date.now() - began).toBeLessThan(20_000)

    const { upgrades } = proxy.seen
    await amara.page.goto(server.url)
    await expect(amara.page.getByRole('heading', { name: 'Chats' })).toBeVisible()
    await send(kofi, 'Once more')
    await expect(amara.page.getByRole('link', { name: /Kofi Boateng/ })).toContainText('Once more')
    expect(proxy.seen.upgrades).toBe(upgrades)
  })
}

/** Without a probe it took 44 seconds; with one it takes five, on a machine that has time. */
const SOON_MS = 35_000

test('[E12] a dead connection is replaced when the network changes, the page is shown or an acknowledgement is missing', async ({
  signUp,
  line: proxy,
}) => {
  test.slow()
  const { amara, kofi } = await talk(signUp, 'Before')

  // A missing acknowledgement.
  proxy.blackHole()
  await send(amara, 'Into the hole')
  await expect(log(amara).getByText('Sending', { exact: true })).toHaveCount(0, { timeout: SOON_MS })

  // Kofi's line is dead too, and nothing was asked on it.
  await kofi.page.evaluate(() => dispatchEvent(new Event('online')))
  await expect(log(kofi).getByText('Into the hole')).toBeVisible({ timeout: SOON_MS })

  proxy.blackHole()
  await send(amara, 'Again')
  await expect(log(amara).getByText('Sending', { exact: true })).toHaveCount(0, { timeout: SOON_MS })
  await kofi.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expect(log(kofi).getByText('Again')).toBeVisible({ timeout: SOON_MS })
  await expect(offline(kofi)).toHaveCount(0)
})

test('[E13] a page that was offline learns the new names of people', async ({ signUp, server }) => {
  test.slow()
  const { amara, kofi } = await talk(signUp, 'Before')
  await kofi.context.setOffline(true)
  await expect(offline(kofi)).toBeVisible()
  const data = { fullName: 'Amara Diallo', statusText: 'In the garden' }
  const answer = await amara.context.request.patch(`${server.url}/api/auth/me`, { data })
  expect(answer.ok()).toBe(true)
  await kofi.context.setOffline(false)
  await expect(kofi.page.getByRole('heading', { name: 'Amara Diallo' })).toBeVisible()
  await expect(kofi.page.getByRole('link', { name: /Amara Diallo/ })).toBeVisible()
})

async function sendFile(visitor: Visitor, file: GivenFile): Promise<void> {
  await visitor.page.locator('input[data-attach]').setInputFiles([file])
  await expect(visitor.page.getByRole('list', { name: 'Files to send' }).getByRole('listitem')).toHaveCount(1)
  await visitor.page.getByRole('button', { name: 'Send', exact: true }).click()
}

/**
 * A browser drops the cookie at the moment at which its token expires. The page is loaded anew before: it takes an answer of the last
 * seconds for true, and no token expires twice in so short a time.
 */
async function expireAccess({ context, page }: Visitor): Promise<void> {
  await page.reload()
  await expect(page.getByRole('log').getByText('Look')).toBeVisible()
  await context.clearCookies({ name: /access/ })
}

test('[E6] pictures, videos, recordings and downloads survive an expired access token', async ({ signUp }) => {
  test.slow()
  const { amara, kofi } = await talk(signUp, 'Look')

  // The picture comes by the connection, which needs no token any more.
  await expireAccess(kofi)
  await sendFile(amara, await photo(amara.page, 'Garden.jpg', 600, 400))
  const picture = log(kofi)
    .getByRole('button', { name: /Photo by Amara Okafor/ })
    .locator('img')
  await expect(picture).not.toHaveJSProperty('naturalWidth', 0, { timeout: 30_000 })
  await expect(log(kofi).getByText('Not available')).toHaveCount(0)

  await sendFile(amara, tone())
  const play = log(kofi).getByRole('button', { name: /^Play/ })
  await expect(play).toBeVisible({ timeout: 30_000 })
  await expireAccess(kofi)
  await play.click()
  await expect
    .poll(() => kofi.page.evaluate(() => document.querySelector('audio')?.currentTime ?? 0), { timeout: 15_000 })
    .toBeGreaterThan(0)

  await expireAccess(kofi)
  await sendFile(amara, await realVideo(amara.page))
  const video = log(kofi).locator('video')
  await expect(video).toBeVisible({ timeout: 30_000 })
  await expect(video).not.toHaveJSProperty('readyState', 0)
  await video.evaluate((element: HTMLVideoElement) => element.play())
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(0)
  await expect(log(kofi).getByText('Cannot be played here')).toHaveCount(0)

  await sendFile(amara, { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Notes') })
  const link = log(kofi).getByRole('link', { name: 'Download notes.txt' })
  await expect(link).toBeVisible({ timeout: 30_000 })
  await expireAccess(kofi)
  const [saved] = await Promise.all([kofi.page.waitForEvent('download'), link.click()])
  expect(await saved.failure()).toBeNull()
})
