import type { Page } from '@playwright/test'
import { expect, log, openChatWith, PHONE, test, type Visitor } from './fixtures.ts'

const MAX = 8000
const fill = (piece: string, before = ''): string =>
  before + piece.repeat(Math.floor((MAX - before.length) / piece.length))

/** Texts that cost a page much, when it looks for links and markup in them or draws all of them. */
const HOSTILE = [
  fill(')', 'https://a.b/'),
  fill('(https://a.b/'),
  fill('\u0315', 'Z'),
  `a${'\n'.repeat(MAX - 2)}b`,
  fill('\u202E\u2067', 'gnp.'),
  fill('😀'),
  fill('> - '),
  fill('**a '),
  fill('W'),
  fill('www.school.org '),
]
/** The messages of each conversation. */
const COUNT = 40
/** How much more processor time 40 hostile texts may take than 40 plain ones. It is 1.5 to 3; a quadratic parser takes 20. */
const RATIO_MAX = 8

async function write({ context }: Visitor, url: string, conversationId: string, texts: string[]): Promise<void> {
  for (const text of texts) {
    const answer = await context.request.post(`${url}/api/messages`, {
      headers: { origin: url },
      data: { conversationId, text, clientMessageId: crypto.randomUUID() },
    })
    expect([answer.status(), text.slice(0, 20)]).toEqual([201, text.slice(0, 20)])
  }
}

const conversationOf = ({ page }: Visitor): string => page.url().split('/').at(-1) ?? ''

/**
 * Opens a conversation from the list on a slow processor.
 * @returns the processor time of the page's thread and the time until all messages in view are drawn, ms
 */
async function timeToOpen(page: Page, name: string): Promise<{ work: number; shown: number }> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const taken = async () =>
    (await session.send('Performance.getMetrics')).metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? 0
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  const before = await taken()
  const shown = await page.getByRole('link', { name: new RegExp(name, 'u') }).evaluate(
    (link: HTMLElement) =>
      new Promise<number>((resolve) => {
        const begun = performance.now()
        link.click()
        const look = (): void => {
          const bubbles = [...document.querySelectorAll('[role=log] [data-seq]')]
          // The list hides the rows that it has not measured.
          const isDrawn =
            bubbles.length > 0 && bubbles.every((bubble) => !bubble.closest('[style*="visibility: hidden"]'))
          if (isDrawn) resolve(performance.now() - begun)
          else requestAnimationFrame(look)
        }
        look()
      }),
  )
  // What is put off until the page is idle belongs to it.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
  const work = (await taken()) - before
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  await session.detach()
  return { work: work * 1000, shown }
}

/** Nothing is wider than the window, and the page itself does not scroll. */
async function expectToFit(page: Page): Promise<void> {
  const sizes = await page.evaluate(() => {
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement
    const wide = [...document.querySelectorAll('body *')].filter((element) => {
      const { right, left, width } = element.getBoundingClientRect()
      return width > 0 && (right > clientWidth + 1 || left < -1) && element.closest('.sr-only') === null
    })
    // What a parent cuts off is not seen.
    const seen = wide.filter((element) => {
      for (let parent = element.parentElement; parent; parent = parent.parentElement)
        if (getComputedStyle(parent).overflowX !== 'visible') return false
      return true
    })
    return {
      over: [scrollWidth - clientWidth, scrollHeight - clientHeight],
      seen: seen.map(({ className }) => className),
    }
  })
  expect(sizes).toEqual({ over: [0, 0], seen: [] })
}

test('40 hostile texts open with little more work than 40 plain ones', async ({ signUp, server }) => {
  test.slow()
  const kofi = await signUp('Kofi Boateng')
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Kofi Boateng')
  await openChatWith(yuki, 'Kofi Boateng')
  await write(
    amara,
    server.url,
    conversationOf(amara),
    Array.from({ length: COUNT }, (_, index) => HOSTILE[index % HOSTILE.length] ?? ''),
  )
  await write(
    yuki,
    server.url,
    conversationOf(yuki),
    Array.from({ length: COUNT }, (_, index) => `Plain text number ${index}, as people write it.`),
  )

  const { page } = kofi
  const best = { hostile: { work: Infinity, shown: Infinity }, plain: { work: Infinity, shown: Infinity } }
  for (let round = 0; round < 4; round += 1) {
    for (const [kind, name] of [
      ['plain', 'Yuki Tanaka'],
      ['hostile', 'Amara Okafor'],
    ] as const) {
      await page.goto(server.url)
      // The page's code is loaded, the conversation is not.
      await page
        .getByRole('link', { name: /Announcements/u })
        .first()
        .click()
      await page
        .getByRole('link', { name: /^Chats/u })
        .first()
        .click()
      await expect(page.getByRole('link', { name: new RegExp(name, 'u') })).toBeVisible()
      const { work, shown } = await timeToOpen(page, name)
      best[kind] = { work: Math.min(best[kind].work, work), shown: Math.min(best[kind].shown, shown) }
    }
  }
  const words = Object.entries(best).map(
    ([kind, { work, shown }]) =>
      `${COUNT} ${kind} texts: shown after ${shown.toFixed(0)} ms, ${work.toFixed(0)} ms of work`,
  )
  process.stdout.write(`At a quarter of the processor: ${words.join('; ')}\n`)
  expect(best.hostile.work / best.plain.work).toBeLessThan(RATIO_MAX)
})

for (const [device, options] of [
  ['window', {}],
  ['phone', PHONE],
] as const) {
  test(`hostile texts fit into every view of a ${device}`, async ({ signUp, server }, info) => {
    test.slow()
    const kofi = await signUp('Kofi Boateng', options)
    const amara = await signUp('Amara Okafor')
    await openChatWith(amara, 'Kofi Boateng')
    const conversationId = conversationOf(amara)
    const { page } = kofi
    const own = (await (await amara.context.request.get(`${server.url}/api/auth/me`)).json()) as { id: string }
    const picture = async (name: string): Promise<void> => {
      await expectToFit(page)
      await page.screenshot({ path: info.outputPath(`${device}-${name}.png`) })
    }
    let rowHeight = 0
    for (const [index, text] of ['Plain', ...HOSTILE].entries()) {
      await write(amara, server.url, conversationId, [text])
      const row = page.getByRole('link', { name: /Amara Okafor/u }).first()
      await expect(row).toHaveAccessibleName(new RegExp(`${index + 1}\\D`, 'u'))
      const height = (await row.boundingBox())?.height ?? 0
      if (index === 0) rowHeight = height
      expect([index, height]).toEqual([index, rowHeight])
      await picture(`list-${index}`)
    }
    await page.getByRole('searchbox').first().fill('ama')
    await expect(page.getByRole('link', { name: /Amara Okafor/u }).first()).toBeVisible()
    await picture('search')
    await page.getByRole('searchbox').first().fill('')

    await page
      .getByRole('link', { name: /Amara Okafor/u })
      .first()
      .click()
    await expect(log(kofi).getByText('Plain', { exact: true })).toBeVisible()
    await picture('conversation')
    const heights = await log(kofi)
      .locator('[data-seq]')
      .evaluateAll((bubbles) => bubbles.map((bubble) => bubble.getBoundingClientRect().height))
    // A fold, the button to unfold, and the time.
    for (const height of heights) expect(height).toBeLessThan((page.viewportSize()?.height ?? 0) * 0.7 + 120)

    for (const [index] of HOSTILE.entries()) {
      const reported = await kofi.context.request.post(`${server.url}/api/reports`, {
        headers: { origin: server.url },
        data: { userId: own.id, conversationId, seq: index + 2, reason: 'W'.repeat(200) },
      })
      expect(reported.ok()).toBe(true)
    }
    await page.goto(`${server.url}/admin/moderation`)
    const cards = page.getByRole('article', { name: /Amara Okafor/u })
    await expect(cards).toHaveCount(HOSTILE.length)
    for (const [index, card] of (await cards.all()).entries()) {
      await card.scrollIntoViewIfNeeded()
      expect((await card.boundingBox())?.height).toBeLessThan(900)
      if (index % 3 === 0) await picture(`moderation-${index}`)
    }
  })
}
