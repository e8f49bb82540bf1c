import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { violations } from './helpers/axe.ts'
import { expect, PHONE, test, type Visitor } from './fixtures.ts'
import type { RealServer } from './server.ts'

/** What a recipient's page asks for and does, without it. */
async function pending(
  visitor: Visitor,
  server: RealServer,
): Promise<{ id: string; materialRevision: number; remindedAt: string | null }[]> {
  const answer = await visitor.context.request.get(`${server.url}/api/broadcasts/pending`)
  return ((await answer.json()) as { items: { id: string; materialRevision: number; remindedAt: string | null }[] })
    .items
}

async function acknowledge(visitor: Visitor, server: RealServer): Promise<void> {
  const [first] = await pending(visitor, server)
  const answer = await visitor.context.request.post(`${server.url}/api/broadcasts/${first?.id}/acknowledge`, {
    data: { revision: first?.materialRevision },
    headers: { Origin: server.url },
  })
  expect(answer.ok()).toBe(true)
}

/** A group of the admin and these. */
async function makeGroup(admin: Visitor, server: RealServer, name: string, members: Visitor[]): Promise<void> {
  const ids = await Promise.all(
    members.map(
      async ({ context }) =>
        ((await (await context.request.get(`${server.url}/api/auth/me`)).json()) as { id: string }).id,
    ),
  )
  const answer = await admin.context.request.post(`${server.url}/api/groups/create`, {
    data: { name, memberIds: ids, clientGroupId: name },
    headers: { Origin: server.url },
  })
  expect(answer.ok()).toBe(true)
}

const message = (page: Page) => page.getByRole('textbox', { name: 'Message' })
const audience = (page: Page, kind: string) => page.getByRole('radiogroup', { name: 'Audience' }).getByText(kind)
const ledger = (page: Page) => page.getByRole('complementary', { name: 'Broadcast' })

test('a broadcast to a group is accounted for: who has acknowledged it, who is reminded, and what was changed since', async ({
  signUp,
  server,
}) => {
  // Four people and six looks by axe.
  test.slow()
  const ingrid = await signUp('Ingrid Solheim')
  const kofi = await signUp('Kofi Boateng')
  const hannah = await signUp('Hannah Weiss')
  const outsider = await signUp('Noor Rahman')
  await makeGroup(ingrid, server, 'Year 3 parents', [kofi, hannah])
  const { page } = ingrid

  // Written with its formatting, saved by itself, and there again after a reload.
  await page.goto(`${server.url}/admin/broadcasts/new`)
  await page.getByLabel('Title').fill('Museum trip')
  await message(page).fill('Coaches leave from Gate B')
  await message(page).press('Shift+ControlOrMeta+ArrowLeft')
  await message(page).press('ControlOrMeta+b')
  await expect(message(page)).toHaveValue('Coaches leave from Gate **B**')
  await audience(page, 'Groups').click()
  await page.getByRole('button', { name: 'Choose groups' }).click()
  await page.getByRole('dialog').getByText('Year 3 parents').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await page.getByRole('switch', { name: 'Ask people to acknowledge' }).check()
  await page
    .getByLabel('Files to attach')
    .setInputFiles({ name: 'route.txt', mimeType: 'text/plain', buffer: Buffer.from('Along the river') })
  await expect(page.getByRole('button', { name: 'Remove route.txt' })).toBeVisible()
  await expect(page.getByText(/^Draft saved/)).toBeVisible()
  await expect(page).toHaveURL(/\/admin\/broadcasts\/[0-9a-f]{24}\/edit$/)
  await page.reload()
  await expect(message(page)).toHaveValue('Coaches leave from Gate **B**')
  await expect(page.getByRole('button', { name: 'Remove Year 3 parents' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove route.txt' })).toBeVisible()
  const found = await violations(page)

  // Two would get it, and no one else does.
  await page.getByRole('button', { name: 'Send to 2 people' }).click()
  await expect(page.getByRole('dialog').getByText('2 people', { exact: true })).toBeVisible()
  await page.getByRole('dialog').getByRole('button', { name: 'Send to 2 people' }).click()
  await expect(ledger(page).getByRole('heading', { name: 'Museum trip' })).toBeVisible()
  await expect(ledger(page).getByRole('button', { name: 'Remind all 2' })).toBeVisible()
  expect(await pending(outsider, server)).toEqual([])
  expect(await pending(hannah, server)).toMatchObject([{ attachments: [{ name: 'route.txt' }] }])

  // One acknowledges: the ledger and the list move by themselves.
  await acknowledge(kofi, server)
  await expect(ledger(page).getByRole('button', { name: 'Acknowledged 1' })).toBeVisible()
  await expect(page.getByRole('row', { name: /Museum trip.*Waiting.*1 of 2 acknowledged/ })).toBeVisible()
  await expect(ledger(page).getByRole('listitem').filter({ hasText: 'Kofi Boateng' })).toContainText('Acknowledged')
  found.push(...(await violations(page)))

  // Only the other one is reminded.
  await ledger(page).getByRole('button', { name: 'Remind the one missing' }).click()
  found.push(...(await violations(page)))
  await page.getByRole('dialog').getByRole('button', { name: 'Remind now' }).click()
  await expect(page.getByText('1 person reminded.')).toBeVisible()
  const [waiting] = await pending(hannah, server)
  expect(waiting?.remindedAt).not.toBeNull()
  expect(await pending(kofi, server)).toEqual([])

  const download = page.waitForEvent('download')
  await ledger(page).getByRole('link', { name: 'Export CSV' }).click()
  const csv = await readFile(await (await download).path(), 'utf8')
  const rows = csv.trimEnd().split('\r\n').slice(1)
  // The order is that of the users' ids, which a key of the sign-up makes.
  expect(rows.map((row) => row.split(',').slice(0, 3).join(',')).toSorted((a, b) => b.localeCompare(a))).toEqual([
    'kofi.boateng,Kofi Boateng,acknowledged',
    expect.stringMatching(/^hannah\.weiss,Hannah Weiss,(?:queued|delivered|opened)$/),
  ])

  // A material change asks the one again who has acknowledged.
  await ledger(page).getByRole('link', { name: 'Change the text' }).click()
  await message(page).fill('Coaches leave from Gate C')
  await page.getByRole('checkbox', { name: /^Material change/ }).check()
  found.push(...(await violations(page)))
  await page.getByRole('button', { name: 'Change and ask again' }).click()
  await expect(ledger(page).getByRole('button', { name: 'Acknowledged 0' })).toBeVisible()
  await expect(ledger(page).getByRole('button', { name: 'Remind all 2' })).toBeVisible()
  expect(await pending(kofi, server)).toHaveLength(1)
  await ledger(page).getByRole('button', { name: 'Texts (2)' }).click()
  await expect(
    page
      .getByRole('dialog')
      .getByRole('listitem')
      .filter({ hasText: /^Text 2, a material change/ }),
  ).toContainText('Gate C')
  found.push(...(await violations(page)))
  expect(found).toEqual([])
})

test('a broadcast is written without a connection, scheduled, and stopped, on a phone', async ({ signUp, server }) => {
  const ingrid = await signUp('Ingrid Solheim', PHONE)
  await signUp('Kofi Boateng')
  const { page, context } = ingrid
  await page.goto(`${server.url}/admin/broadcasts/new`)
  await message(page).fill('Before')
  await expect(page.getByText(/^Draft saved/)).toBeVisible()

  await context.setOffline(true)
  await message(page).fill('The car park is closed on Saturday')
  await expect(page.getByText('No connection. The draft stays on this device until it is back.')).toBeVisible()
  await context.setOffline(false)
  await expect(page.getByText(/^Draft saved/)).toBeVisible()
  await page.reload()
  await expect(message(page)).toHaveValue('The car park is closed on Saturday')

  await page.getByRole('radiogroup', { name: 'When' }).getByText('At a time').tap()
  await page.getByLabel('Send at').fill('2099-07-01T09:00')
  await page.getByLabel('Time zone').selectOption('Asia/Tokyo')
  await page.getByRole('button', { name: /^Schedule/ }).tap()
  await expect(page.getByRole('dialog').getByText(/1 July 2099 at 09:00/)).toBeVisible()
  const found = await violations(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Schedule' }).tap()
  await expect(page.getByText(/1 July 2099 at 09:00 .*\(Asia\/Tokyo\)/)).toBeVisible()
  found.push(...(await violations(page)))

  await page.getByRole('button', { name: 'Do not send it' }).tap()
  await page.getByRole('dialog').getByRole('button', { name: 'Do not send it' }).tap()
  await expect(message(page)).toHaveValue('The car park is closed on Saturday')
  await page.getByRole('button', { name: 'Delete draft' }).tap()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).tap()
  await expect(page.getByText('Nothing sent yet')).toBeVisible()
  found.push(...(await violations(page)))
  expect(found).toEqual([])
})
