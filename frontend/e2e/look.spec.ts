import { expect, log, openChatWith, PHONE, send, test } from './fixtures.ts'

for (const [size, options] of [
  ['a large screen', {}],
  ['a phone', PHONE],
] as const)
  test(`[G] on ${size} a conversation opens at what is new, and the jump button covers no message`, async ({
    signUp,
  }) => {
    const kofi = await signUp('Kofi Boateng')
    const amara = await signUp('Amara Okafor', options)
    await openChatWith(kofi, 'Amara Okafor')
    await send(kofi, 'Good morning')
    await amara.page.getByRole('link', { name: /Kofi Boateng/ }).click()
    const list = log(amara)
    // Each is read as it arrives, because the list stays at its end.
    for (let count = 1; count <= 24; count += 1) await send(kofi, `Message ${count}\nin two lines`)
    await expect(list.getByText('Message 24')).toBeInViewport()
    await amara.page.goto(new URL('/', amara.page.url()).href)
    for (let count = 25; count <= 26; count += 1) await send(kofi, `Message ${count}`)

    await amara.page.getByRole('link', { name: /Kofi Boateng/ }).click()
    await expect(list.getByRole('separator', { name: 'New messages' })).toBeInViewport()
    await expect(list.getByText('Message 26')).toBeInViewport()

    await list.focus()
    await amara.page.keyboard.press('Home')
    const button = amara.page.getByRole('button', { name: /Go to the newest/ })
    await expect(button).toBeVisible()
    const [place, messages] = await Promise.all([button.boundingBox(), list.boundingBox()])
    expect(place?.y ?? 0).toBeGreaterThanOrEqual((messages?.y ?? 0) + (messages?.height ?? Infinity))
    await button.click()
    await expect(list.getByText('Message 26')).toBeInViewport()
  })

test('[G] a name that runs right to left stays at the edge of the list', async ({ signUp }) => {
  // The first account is an admin, whose name has a badge.
  const amara = await signUp('Amara Okafor')
  await signUp('ليلى حداد')
  await amara.page.getByRole('button', { name: 'New conversation' }).first().click()
  await amara.page.getByRole('button', { name: 'New group' }).click()
  const row = amara.page.getByRole('dialog').locator('label').filter({ hasText: 'ليلى حداد' })
  const gap = await row.getByText('ليلى حداد').evaluate((name) => {
    const range = document.createRange()
    range.selectNodeContents(name)
    return range.getBoundingClientRect().left - name.getBoundingClientRect().left
  })
  expect(gap).toBeLessThan(4)
})

test('[G] names, dates and charts read rightly in a page that runs from right to left', async ({ signUp, server }) => {
  const amara = await signUp('Amara Okafor')
  await amara.page.addInitScript(() => {
    document.addEventListener('readystatechange', () => {
      document.documentElement.dir = 'rtl'
    })
  })
  await amara.page.goto(`${server.url}/admin/people`)
  const joined = amara.page.locator('td time').first()
  await expect(joined).toBeVisible()
  expect(await joined.evaluate(runsFromLeft)).toBe(true)
  await amara.page.getByRole('button', { name: 'Your profile' }).click()
  expect(await amara.page.getByText('@amara.okafor').last().evaluate(runsFromLeft)).toBe(true)

  await amara.page.goto(`${server.url}/admin/overview`)
  const chart = amara.page.getByRole('img', { name: /People online/ })
  await expect(chart).toBeVisible()
  expect(await chart.evaluate((svg) => getComputedStyle(svg).scale)).toBe('-1 1')
  expect(await amara.page.locator('bdi').filter({ hasText: /MB$/ }).first().evaluate(runsFromLeft)).toBe(true)
})

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
  // Its banner stands above the page.
  await amara.page.evaluate(sendUrgent)
  await expect(kofi.page.getByRole('region', { name: 'Urgent announcement' })).toBeVisible()

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
  // The answer comes when the page is drawn.
  await kofi.page.route('**/api/broadcasts/pending', async (route) => {
    await kofi.page.locator('.shell').waitFor({ state: 'attached' })
    await kofi.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    )
    await route.continue()
  })
  await kofi.page.goto(server.url + chat)
  await expect(kofi.page.getByRole('log').getByText('Good morning')).toBeVisible()
  await expect(kofi.page.getByRole('region', { name: 'Urgent announcement' })).toBeVisible()

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

/** Returns whether the first character of a text stands left of the last one. It runs in the page. */
function runsFromLeft(element: Element): boolean {
  const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const places: number[] = []
  while (text.nextNode())
    for (let index = 0; index < (text.currentNode.textContent ?? '').length; index += 1) {
      const range = document.createRange()
      range.setStart(text.currentNode, index)
      range.setEnd(text.currentNode, index + 1)
      places.push(range.getBoundingClientRect().left)
    }
  return (places[0] ?? 0) < (places.at(-1) ?? 0)
}

/** Sends an urgent announcement to everybody. It runs in the page of an admin. */
async function sendUrgent(): Promise<void> {
  const at = '/api/admin/broadcasts'
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json' } }
  const text = { title: 'Water off today', text: 'Fill bottles before lunch.', priority: 'urgent' }
  const answer = await fetch(at, { ...options, body: JSON.stringify(text) })
  const { id } = (await answer.json()) as { id: string }
  await fetch(`${at}/${id}/send`, { ...options, body: '{}' })
}
