import type { Broadcast, DraftBroadcastInput, LedgerCounts } from 'backend/contract'
import { expect, log, openChatWith, PASSWORD, send, test, usernameOf, type Visitor } from './fixtures.ts'
import type { RealServer } from './server.ts'

const HOUR = 3_600_000

/** Asks the server with the cookies of the page. */
async function ask<T>(
  { context }: Visitor,
  { url }: RealServer,
  method: string,
  path: string,
  data?: object,
): Promise<T> {
  const answer = await context.request.fetch(`${url}/api${path}`, { method, data, headers: { Origin: url } })
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the contract says of the path
  return (answer.status() === 204 ? null : await answer.json()) as T
}

async function chooseOf({ page }: Visitor, text: string, item: string): Promise<void> {
  // Its beginning: behind the middle of a short one stands the time.
  await page
    .getByRole('log')
    .getByText(text, { exact: true })
    .click({ button: 'right', position: { x: 4, y: 8 } })
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

for (const hoursAhead of [3, -3]) {
  const clock = hoursAhead > 0 ? '3 hours ahead' : '3 hours behind'

  test(`[E8] with clocks that are ${clock}, people sign in, write, edit, delete, and see chats in their order`, async ({
    signUp,
    server,
  }) => {
    const amara = await signUp('Amara Okafor', { hoursAhead })
    const kofi = await signUp('Kofi Boateng', { hoursAhead })
    const yuki = await signUp('Yuki Tanaka')
    await openChatWith(amara, 'Kofi Boateng')
    await send(amara, 'Good morning')
    const row = kofi.page.getByRole('link', { name: /Amara Okafor/ })
    await expect(row).toContainText('Good morning')
    await row.click()
    await send(kofi, 'Good morning to you')
    await expect(log(amara).getByText('Good morning to you')).toBeVisible()
    await expect(log(amara).getByText('Read', { exact: true })).toBeVisible()

    // The time that is shown is that of the server.
    const shown = await log(kofi).locator('time[datetime]').last().getAttribute('datetime')
    expect(Math.abs(Date.parse(shown ?? '') - Date.now())).toBeLessThan(10 * 60_000)
    await expect(log(kofi).getByText('Today', { exact: true })).toBeVisible()

    await chooseOf(kofi, 'Good morning to you', 'Edit')
    await kofi.page.getByRole('textbox', { name: 'Edit message' }).fill('Good evening')
    await kofi.page.getByRole('textbox', { name: 'Edit message' }).press('Enter')
    await expect(log(amara).getByText('Good evening')).toBeVisible()
    await chooseOf(kofi, 'Good evening', 'Delete')
    await kofi.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await expect(log(amara).getByText('Good evening')).toHaveCount(0)

    // The newest conversation comes first, whoever writes.
    const first = kofi.page.getByRole('link', { name: /Amara Okafor|Yuki Tanaka/ }).first()
    await openChatWith(yuki, 'Kofi Boateng')
    await send(yuki, 'From Yuki')
    await expect(first).toContainText('From Yuki')
    await send(amara, 'From Amara')
    await expect(first).toContainText('From Amara')
    await kofi.page.reload()
    await expect(first).toContainText('From Amara')

    // Signing in again.
    await kofi.page.getByRole('button', { name: 'Your profile' }).click()
    await kofi.page.getByRole('menuitem', { name: 'Sign out' }).click()
    await kofi.page.getByLabel(/username/i).fill(usernameOf('Kofi Boateng'))
    await kofi.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await kofi.page.getByRole('button', { name: 'Sign in' }).click()
    await expect(first).toContainText('From Amara')
    expect(await ask(kofi, server, 'GET', '/auth/me')).toMatchObject({ username: 'kofi.boateng' })
  })

  test(`[E8] with clocks that are ${clock}, an hour of a mute is an hour, and the page is free when it is over`, async ({
    signUp,
    server,
  }) => {
    const amara = await signUp('Amara Okafor', { hoursAhead })
    const kofi = await signUp('Kofi Boateng', { hoursAhead })
    await openChatWith(kofi, 'Amara Okafor')
    const note = kofi.page.getByText(/An admin has muted you until/)
    await amara.page.goto(`${server.url}/admin/people`)
    const choose = async (item: string): Promise<void> => {
      await amara.page.getByRole('button', { name: 'Actions: Kofi Boateng' }).click()
      await amara.page.getByRole('menuitem', { name: item }).click()
    }
    await choose('Mute for a time')
    await amara.page.getByRole('dialog').getByRole('button', { name: 'Mute' }).click()
    await expect(amara.page.getByText(/^Kofi Boateng cannot write until/)).toBeVisible()
    await expect(note).toBeVisible()
    const { id, mutedUntil } = await ask<{ id: string; mutedUntil: string }>(kofi, server, 'GET', '/auth/me')
    const left = Date.parse(mutedUntil) - Date.now()
    expect(left).toBeGreaterThan(HOUR - 60_000)
    expect(left).toBeLessThanOrEqual(HOUR)

    // A time that has passed is refused by words beside the field.
    await choose('Unmute')
    await expect(note).toBeHidden()
    await choose('Mute for a time')
    const dialog = amara.page.getByRole('dialog')
    await dialog.getByLabel('For').selectOption('Until a time')
    await dialog.getByLabel('Until', { exact: true }).fill('2026-01-01T12:00')
    await dialog.getByRole('button', { name: 'Mute' }).click()
    await expect(dialog.getByText('Choose a time in the future.')).toBeVisible()

    await ask(amara, server, 'POST', `/admin/users/${id}/mute`, { seconds: 3 })
    await expect(note).toBeVisible()
    await expect(note).toBeHidden()
    await send(kofi, 'Free again')
    await expect(log(kofi).getByText('Free again')).toBeVisible()
  })

  test(`[E8] with clocks that are ${clock}, announcements are scheduled and acknowledged at their time`, async ({
    signUp,
    server,
  }) => {
    const amara = await signUp('Amara Okafor', { hoursAhead })
    const kofi = await signUp('Kofi Boateng', { hoursAhead })
    const { page } = amara
    await page.goto(`${server.url}/admin/broadcasts/new`)
    await page.getByRole('textbox', { name: 'Message' }).fill('The car park is closed')
    await page.getByRole('radiogroup', { name: 'When' }).getByText('At a time').click()
    // The proposed time, untouched, is in the future of the server.
    await page.getByRole('button', { name: /^Schedule/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Schedule' }).click()
    await expect(page.getByText('Scheduled.')).toBeVisible()
    const { items } = await ask<{ items: Broadcast[] }>(amara, server, 'GET', '/admin/broadcasts')
    expect(items).toMatchObject([{ state: 'scheduled' }])
    const ahead = Date.parse(items[0]?.sendAt ?? '') - Date.now()
    expect(ahead).toBeGreaterThan(0)
    expect(ahead).toBeLessThanOrEqual(2 * HOUR)

    // A time in the past is refused, by the page and by the server.
    await page.goto(`${server.url}/admin/broadcasts/new`)
    await page.getByRole('textbox', { name: 'Message' }).fill('Too late')
    await page.getByRole('radiogroup', { name: 'When' }).getByText('At a time').click()
    await page.getByLabel('Time zone').selectOption('UTC')
    await page.getByLabel('Send at').fill(new Date(Date.now() - HOUR / 2).toISOString().slice(0, 16))
    await page.getByRole('button', { name: /^Schedule/ }).click()
    await expect(page.getByText('That is in the past.')).toBeVisible()

    // An announcement that is valid for an hour is acknowledged.
    const input: DraftBroadcastInput = {
      title: 'Water off today',
      text: 'Please fill bottles.',
      needsAcknowledgement: true,
      expiresAt: new Date(Date.now() + HOUR).toISOString(),
    }
    const { id } = await ask<Broadcast>(amara, server, 'POST', '/admin/broadcasts', input)
    await ask(amara, server, 'POST', `/admin/broadcasts/${id}/send`, {})
    await kofi.page.goto(`${server.url}/announcements`)
    await kofi.page.getByRole('log').getByRole('button', { name: 'Acknowledge' }).click()
    await expect
      .poll(() => ask<LedgerCounts>(amara, server, 'GET', `/admin/broadcasts/${id}/counts`))
      .toMatchObject({ acknowledged: 1 })
  })
}
