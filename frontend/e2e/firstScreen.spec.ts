import { expect, openChatWith, PHONE, send, test } from './fixtures.ts'

/** Of the page itself: the bundler's runtime, the code of every visitor and of signed-in users, what forms share, two catalogues. */
const SCRIPTS_MAX = 8

test('[G] an opened chat loads its scripts in one round and moves nothing while it loads', async ({
  signUp,
  server,
}) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng', PHONE)
  await openChatWith(amara, 'Kofi Boateng')
  await send(amara, 'Good morning')
  const chat = new URL(amara.page.url()).pathname

  // The page of the sign-up asks for nothing more.
  await kofi.page.goto('about:blank')
  const scripts: string[] = []
  const laterScripts: string[] = []
  let hasAsked = false
  kofi.page.on('request', (request) => {
    if (request.url().includes('/api/')) hasAsked = true
    // The worker that holds the connection starts once the user is known.
    else if (request.resourceType() === 'script' && !request.url().includes('/connection.worker-'))
      (hasAsked ? laterScripts : scripts).push(request.url())
  })
  await kofi.page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(globalThis, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if ('value' in entry) shifts.push(Number(entry.value))
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await kofi.page.goto(server.url + chat)
  await expect(kofi.page.getByRole('log').getByText('Good morning')).toBeVisible()

  expect(laterScripts).toEqual([])
  expect(scripts.filter((url) => url.includes('/assets/')).length).toBeLessThanOrEqual(SCRIPTS_MAX)
  expect(
    await kofi.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name)),
  ).not.toContainEqual(expect.stringContaining('commissioner'))
  const moved = await kofi.page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts)
  expect(moved.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.05)
})

test('[G] a sign-in page loads nothing of the chat', async ({ page, server }) => {
  const urls: string[] = []
  page.on('request', (request) => urls.push(request.url()))
  await page.goto(`${server.url}/login`)
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  expect(urls.filter((url) => /\/assets\/chat-/.test(url))).toEqual([])
})
