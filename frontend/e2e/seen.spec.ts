import type { Broadcast, Conversation, LedgerEntry, Page as ListPage } from 'backend/contract'
import type { Page } from '@playwright/test'
import { expect, log, openChatWith, PHONE, send, test, type Visitor } from './fixtures.ts'
import type { RealServer } from './server.ts'

/** Sends broadcasts of very different lengths, with long words, lists and short lines. */
async function announce({ context }: Visitor, { url }: RealServer, count: number): Promise<Broadcast[]> {
  const sent: Broadcast[] = []
  for (let index = 1; index <= count; index += 1) {
    const lines = Array.from({ length: 1 + ((index * 7) % 11) }, (_, line) => `- Point ${line + 1} of notice ${index}`)
    const headers = { Origin: url }
    const data = { title: `Notice ${index}`, text: lines.join('\n'), needsAcknowledgement: index % 4 === 0 }
    const draft = (await (
      await context.request.post(`${url}/api/admin/broadcasts`, { data, headers })
    ).json()) as Broadcast
    const answer = await context.request.post(`${url}/api/admin/broadcasts/${draft.id}/send`, { data: {}, headers })
    expect(answer.ok()).toBe(true)
    sent.push(draft)
  }
  return sent
}

/** The titles of the notices whose last line is inside the list of messages, measured by nothing of the page's own. */
function titlesOnScreen(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const list = document.querySelector('[role=log]')
    if (!list) return []
    const view = list.getBoundingClientRect()
    const [top, bottom] = [Math.max(view.top, 0), Math.min(view.bottom, innerHeight)]
    return [...list.querySelectorAll('article')].flatMap((article) => {
      const end = article.getBoundingClientRect().bottom
      const title = article.querySelector('h2, h3, h4')?.textContent ?? ''
      return end - 20 >= top && end <= bottom + 1 && end > 0 ? [title] : []
    })
  })
}

/** The titles of the broadcasts that a recipient has opened, as the ledger says. */
async function opened(
  { context }: Visitor,
  { url }: RealServer,
  sent: readonly Broadcast[],
  fullName: string,
): Promise<string[]> {
  const titles = await Promise.all(
    sent.map(async ({ id, title }) => {
      const answer = await context.request.get(`${url}/api/admin/broadcasts/${id}/ledger?limit=100`)
      const { items } = (await answer.json()) as ListPage<LedgerEntry>
      const entry = items.find(({ user }) => user.fullName === fullName)
      return entry?.openedAt ? [title] : []
    }),
  )
  return titles.flat()
}

test('the ledger says opened of exactly the announcements whose end was on the screen', async ({ signUp, server }) => {
  // Six browsers.
  test.slow()
  const admin = await signUp('Amara Okafor')
  const recipients: Visitor[] = []
  for (const [index, name] of ['Kofi Boateng', 'Hannah Weiss', 'Noor Rahman', 'Yuki Tanaka', 'Mateo Silva'].entries())
    recipients.push(await signUp(name, index < 3 ? {} : PHONE))
  const sent = await announce(admin, server, 11)
  for (const recipient of recipients) {
    const { page, name } = recipient
    await page.bringToFront()
    await page.goto(`${server.url}/announcements`)
    await expect(log(recipient).getByRole('article').first()).toBeVisible()
    await expect.poll(async () => (await opened(admin, server, sent, name)).length).toBeGreaterThan(0)
    await expect.poll(() => opened(admin, server, sent, name)).toEqual(await titlesOnScreen(page))
    expect((await titlesOnScreen(page)).length).toBeLessThan(sent.length)
    // The rest is still unread, which the title says.
    const rest = sent.length - (await titlesOnScreen(page)).length
    await expect(page).toHaveTitle(new RegExp(`^\\(${rest}\\)`, 'u'))
  }
  // Nothing was counted later, and a look at the end counts nothing in between.
  const [kofi] = recipients as [Visitor]
  const before = await titlesOnScreen(kofi.page)
  await kofi.page.bringToFront()
  await kofi.page.getByRole('button', { name: /^Go to the newest message/u }).click()
  await expect(log(kofi).getByText('Notice 11', { exact: true })).toBeVisible()
  await expect.poll(() => opened(admin, server, sent, kofi.name)).toContain('Notice 11')
  await expect
    .poll(() => opened(admin, server, sent, kofi.name))
    .toEqual([...before, ...(await titlesOnScreen(kofi.page))])
})

test('marking announcements as read without a look opens none of them', async ({ signUp, server }) => {
  const admin = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  const sent = await announce(admin, server, 3)
  const row = kofi.page.getByRole('link', { name: /Announcements/u }).and(kofi.page.locator('[data-unread]'))
  await row.click({ button: 'right' })
  await kofi.page.getByRole('menuitem', { name: 'Mark as read' }).click()
  await expect(row).toHaveCount(0)
  await kofi.page.goto(`${server.url}/people`)
  expect(await opened(admin, server, sent, kofi.name)).toEqual([])
})

test('the sender sees as read only what was on the screen', async ({ signUp, server }) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  await openChatWith(amara, 'Kofi Boateng')
  for (let index = 1; index <= 12; index += 1)
    await send(amara, `Message ${index}\n${'and what belongs to it\n'.repeat(8)}`)
  await expect(log(amara).getByText('Message 12')).toBeVisible()
  await expect(kofi.page).toHaveTitle(/^\(12\)/u)
  await kofi.page.bringToFront()
  await kofi.page.getByRole('link', { name: /Amara Okafor/u }).click()
  await expect(log(kofi).getByText('Message 1', { exact: false }).first()).toBeVisible()
  await expect(kofi.page).toHaveTitle(/^\((?:8|9|10|11)\)/u)
  const unread = Number(/\d+/u.exec(await kofi.page.title())?.[0])
  await expect
    .poll(async () => {
      const answer = await amara.context.request.get(`${server.url}/api/chats`)
      const { items } = (await answer.json()) as ListPage<Conversation>
      return items.find(({ kind }) => kind === 'direct')?.peerReadSeq
    })
    .toBe(12 - unread)
})
