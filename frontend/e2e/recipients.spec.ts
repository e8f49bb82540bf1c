import type { Broadcast, DraftBroadcastInput, LedgerCounts } from 'backend/contract'
import { violations } from './helpers/axe.ts'
import { expect, log, openChatWith, PASSWORD, PHONE, send, test, usernameOf, type Visitor } from './fixtures.ts'

const WATER: DraftBroadcastInput = {
  title: 'Water off today, 13:00 to 15:30',
  text: 'The council is repairing the main on **Tamarind Street**.\n\n- Toilets in the music block *stay open*\n- Please fill bottles before lunch\n\nThe [plan](https://school.example/plan) has the rest.',
  priority: 'urgent',
  needsAcknowledgement: true,
  expiresAt: '2100-01-01T12:00:00Z',
}

/** As the admin's panel asks, with the cookies of the page. */
async function ask<T>({ page }: Visitor, method: string, path: string, body?: object): Promise<T> {
  const answer: unknown = await page.evaluate(
    async ([method, path, body]) => {
      const response = await fetch(`/api${path}`, {
        method,
        headers: { 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
      return response.status === 204 ? null : ((await response.json()) as unknown)
    },
    [method, path, body] as const,
  )
  // What the contract says of the path.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return answer as T
}

async function announce(admin: Visitor, input: Partial<DraftBroadcastInput> = {}): Promise<Broadcast> {
  const { id } = await ask<Broadcast>(admin, 'POST', '/admin/broadcasts', { ...WATER, ...input })
  return ask<Broadcast>(admin, 'POST', `/admin/broadcasts/${id}/send`, {})
}

const banner = ({ page }: Pick<Visitor, 'page'>) => page.getByRole('region', { name: 'Urgent announcement' })
const card = ({ page }: Pick<Visitor, 'page'>) =>
  page.getByRole('log').getByRole('article').filter({ hasText: 'Water off' })

test('an urgent announcement stays above every page until it is acknowledged, which every tab and the ledger know', async ({
  signUp,
  server,
}) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  const sent = await announce(amara)
  await expect(banner(kofi)).toContainText('Water off today, 13:00 to 15:30')
  await expect(kofi.page.getByRole('link', { name: /^Announcements, urgent/ })).toBeVisible()

  // On every page, and after a reload.
  await kofi.page.getByRole('navigation', { name: 'Primary' }).getByRole('link', { name: 'People' }).click()
  await expect(banner(kofi)).toBeVisible()
  await kofi.page.reload()
  await expect(banner(kofi)).toBeVisible()
  const second = { page: await kofi.context.newPage() }
  await second.page.goto(`${server.url}/announcements`)
  await expect(banner(second)).toBeVisible()
  await expect(card(second).getByRole('strong')).toHaveText('Tamarind Street')
  await expect(card(second).getByRole('listitem')).toHaveCount(2)
  await expect(card(second).getByRole('link', { name: 'plan' })).toHaveAttribute('href', 'https://school.example/plan')

  await card(second).getByRole('button', { name: 'Acknowledge' }).click()
  await expect(card(second).getByText(/^Acknowledged \d\d:\d\d$/)).toBeVisible()
  for (const tab of [kofi, second]) await expect(banner(tab)).toBeHidden()
  await expect
    .poll(() => ask<LedgerCounts>(amara, 'GET', `/admin/broadcasts/${sent.id}/counts`))
    .toMatchObject({ acknowledged: 1, recipients: 1 })
  await second.page.reload()
  await expect(card(second).getByText(/^Acknowledged \d\d:\d\d$/)).toBeVisible()
  // Who asks is not asked.
  await expect(banner(amara)).toBeHidden()
})

test('a material change asks again, and shows what has become of the text', async ({ signUp }, { outputDir }) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  const { id } = await announce(amara)
  // The banner cuts the text, so its button shows the whole first.
  await banner(kofi).getByRole('button', { name: 'Acknowledge' }).click()
  await expect(kofi.page.getByRole('dialog')).toContainText('before lunch')
  await kofi.page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click()
  await expect(banner(kofi)).toBeHidden()
  await kofi.page.goto(new URL('/announcements', kofi.page.url()).href)
  await expect(card(kofi).getByText(/^Acknowledged/)).toBeVisible()

  await ask(amara, 'PATCH', `/admin/broadcasts/${id}`, {
    text: WATER.text.replace('before lunch', 'before ten'),
    isMaterial: true,
  })
  await expect(banner(kofi)).toContainText('Changed since you read it.')
  await expect(card(kofi)).toContainText('before ten')
  await card(kofi).getByRole('button', { name: 'Show the difference' }).click()
  await expect(card(kofi).getByRole('deletion')).toContainText('lunch')
  await expect(card(kofi).getByRole('insertion')).toContainText('ten')
  expect(await violations(kofi.page)).toEqual([])
  await kofi.page.screenshot({ path: `${outputDir}/changed.png` })

  await banner(kofi).getByRole('button', { name: 'Read' }).click()
  await kofi.page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click()
  await expect(kofi.page.getByRole('dialog')).toBeHidden()
  await expect(banner(kofi)).toBeHidden()
  await expect(card(kofi).getByText(/^Acknowledged/)).toBeVisible()
})

test('acknowledging without a connection waits, and is sent when it is back', async ({ signUp, server }) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  const { id } = await announce(amara)
  await expect(banner(kofi)).toBeVisible()
  await kofi.page.goto(`${server.url}/announcements`)
  await expect(card(kofi)).toBeVisible()
  await kofi.context.setOffline(true)
  await card(kofi).getByRole('button', { name: 'Acknowledge' }).click()
  await expect(card(kofi)).toContainText('It is sent when the connection is back.')
  await expect(
    kofi.page.getByText('Offline. 1 acknowledgement is waiting and will be sent when you are back online.'),
  ).toBeVisible()
  await kofi.context.setOffline(false)
  await expect(card(kofi)).not.toContainText('It is sent when the connection is back.')
  await expect
    .poll(() => ask<LedgerCounts>(amara, 'GET', `/admin/broadcasts/${id}/counts`))
    .toMatchObject({ acknowledged: 1 })
})

test('a reminder brings an announcement back, and it can be put aside', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  const { id } = await announce(amara, { priority: 'important', title: 'Museum trip: consent by Monday' })
  const reminder = kofi.page.getByRole('region', { name: 'Reminder' })
  await ask(amara, 'POST', `/admin/broadcasts/${id}/remind`, {})
  await expect(reminder).toContainText('Museum trip')
  expect(await violations(kofi.page)).toEqual([])
  await reminder.getByRole('button', { name: 'Later' }).click()
  await expect(reminder).toBeHidden()
  await ask(amara, 'POST', `/admin/broadcasts/${id}/remind`, {})
  await expect(reminder).toBeVisible()
})

test('a maintenance message is shown to everybody until an admin removes it', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  await ask(amara, 'PATCH', '/admin/settings', { maintenance: { text: 'We restart at 18:00. Five minutes.' } })
  await expect(kofi.page.getByText('We restart at 18:00.')).toBeVisible()
  await kofi.page.reload()
  await expect(kofi.page.getByText('We restart at 18:00.')).toBeVisible()
  await ask(amara, 'PATCH', '/admin/settings', { maintenance: null })
  await expect(kofi.page.getByText('We restart at 18:00.')).toBeHidden()
})

test('who is muted is told until when, and words that are not allowed can be taken out', async ({ signUp }, {
  outputDir,
}) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  await ask(amara, 'PATCH', '/admin/settings', { words: [{ word: 'casino', action: 'refuse' }] })
  await openChatWith(kofi, 'Amara Okafor')
  await send(kofi, 'Meet me at the casino')
  await kofi.page.getByRole('button', { name: 'Edit', exact: true }).click()
  const dialog = kofi.page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('Meet me at the library')
  await dialog.getByRole('button', { name: 'Send' }).click()
  await expect(log(kofi).getByText('Meet me at the library')).toBeVisible()
  await expect(log(kofi).getByText('Not sent.')).toBeHidden()
  await expect(amara.page.getByRole('link', { name: /Kofi Boateng/ })).toContainText('Meet me at the library')

  const { items } = await ask<{ items: { id: string; username: string }[] }>(amara, 'GET', '/admin/users?q=kofi')
  const mute = (until: string | null) => ask(amara, 'POST', `/admin/users/${items[0]?.id}/mute`, { until })
  const note = kofi.page.getByText(/An admin has muted you until .*\d\d:\d\d/)
  await mute(new Date(Date.now() + 3_600_000).toISOString())
  await expect(note).toBeVisible()
  await kofi.page.reload()
  await expect(note).toBeVisible()
  await send(kofi, 'And then?')
  await expect(log(kofi).getByText('And then?')).toBeHidden()
  expect(await violations(kofi.page)).toEqual([])
  await kofi.page.screenshot({ path: `${outputDir}/muted.png` })
  // Lifted while there is no connection by which to hear of it.
  await kofi.page.context().setOffline(true)
  await expect(kofi.page.getByText(/^Offline\./).first()).toBeVisible()
  await mute(null)
  await kofi.page.context().setOffline(false)
  await expect(note).toBeHidden()
  await kofi.page.getByRole('button', { name: 'Send' }).click()
  await expect(amara.page.getByRole('link', { name: /Kofi Boateng/ })).toContainText('And then?')
})

test('a link of an admin’s sets a new password, once; sign-up says that it takes an invitation', async ({
  signUp,
  server,
  browser,
}) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  const { items } = await ask<{ items: { id: string }[] }>(amara, 'GET', '/admin/users?q=kofi')
  const { token } = await ask<{ token: string }>(amara, 'POST', `/admin/users/${items[0]?.id}/reset-link`, {})
  const page = await (await browser.newContext(PHONE)).newPage()
  await page.goto(`${server.url}/reset/${token}`)
  await page.getByLabel('New password', { exact: true }).fill(`${PASSWORD} anew`)
  await page.getByLabel('Repeat the password').fill(`${PASSWORD} anew`)
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await expect(kofi.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
  await page.getByLabel('Username or e-mail').fill(usernameOf('Kofi Boateng'))
  await page.getByLabel('Password', { exact: true }).fill(`${PASSWORD} anew`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible()
  await page.goto(`${server.url}/reset/${token}`)
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Repeat the password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await expect(page.getByRole('heading', { name: 'This link is no longer valid' })).toBeVisible()

  await ask(amara, 'PATCH', '/admin/settings', { registration: { mode: 'invite', domains: [] } })
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(`${server.url}/signup`)
  await expect(stranger.getByRole('heading', { name: 'By invitation only' })).toBeVisible()
  expect(await violations(stranger)).toEqual([])
  const invite = await ask<{ token: string }>(amara, 'POST', '/admin/invites', {})
  await stranger.getByLabel('Invitation link').fill(`${server.url}/signup?invite=${invite.token}`)
  await stranger.getByRole('button', { name: 'Continue' }).click()
  await expect(stranger.getByText('Your invitation is valid.')).toBeVisible()
  expect(await violations(stranger)).toEqual([])
  await stranger.getByLabel('Your name').fill('Noor Rahman')
  await stranger.getByLabel('Username').fill('noor')
  await stranger.getByLabel('E-mail').fill('noor@example.org')
  await stranger.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await stranger.getByRole('button', { name: 'Create account' }).click()
  await expect(stranger.getByRole('heading', { name: 'Chats' })).toBeVisible()
  await page.context().close()
  await stranger.context().close()
})

for (const [size, options] of Object.entries({ desktop: { viewport: { width: 1280, height: 800 } }, phone: PHONE })) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`urgent and important announcements on a ${size} in ${colorScheme} colours have nothing that axe objects to`, async ({
      signUp,
      server,
    }, { outputDir }) => {
      const amara = await signUp('Amara Okafor')
      const kofi = await signUp('Kofi Boateng', { ...options, colorScheme })
      await announce(amara, {
        title: 'New lockers arrive on Thursday',
        text: 'Year 6 first.',
        priority: 'normal',
        needsAcknowledgement: false,
        expiresAt: null,
      })
      await announce(amara, {
        title: 'Museum trip: consent by Monday',
        text: '## Coaches\n\nThey leave from `Gate B` at 08:15.\n\n> Packed lunch, coat, no phones.\n\n1. Consent\n2. Allergies',
        priority: 'important',
      })
      await announce(amara)
      await expect(banner(kofi)).toBeVisible()
      expect(await violations(kofi.page)).toEqual([])
      await kofi.page.screenshot({ path: `${outputDir}/list.png` })
      await kofi.page.goto(`${server.url}/announcements`)
      await expect(card(kofi)).toBeVisible()
      await kofi.page
        .getByRole('log')
        .getByRole('article')
        .filter({ hasText: 'Museum' })
        .getByRole('button', { name: 'Acknowledge' })
        .click()
      await expect(kofi.page.getByText(/^Acknowledged/)).toBeVisible()
      expect(await violations(kofi.page)).toEqual([])
      expect(await kofi.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      await kofi.page.screenshot({ path: `${outputDir}/announcements.png` })
      await banner(kofi).getByRole('button', { name: 'Read' }).click()
      await expect(kofi.page.getByRole('dialog')).toBeVisible()
      expect(await violations(kofi.page)).toEqual([])
      await kofi.page.screenshot({ path: `${outputDir}/waiting.png` })
    })
  }
}
