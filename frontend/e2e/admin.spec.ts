import type { Page } from '@playwright/test'
import { violations } from './helpers/axe.ts'
import { expect, log, openChatWith, PASSWORD, PHONE, send, test, usernameOf, type Visitor } from './fixtures.ts'

const goTo = async ({ page }: Visitor, view: string): Promise<void> => {
  await page.getByRole('navigation', { name: 'Primary' }).getByRole('link', { name: 'Admin' }).click()
  await page.getByRole('navigation', { name: 'Admin' }).getByRole('link', { name: view }).click()
  await expect(page.getByRole('heading', { name: view, level: 1 })).toBeVisible()
}

const choose = async ({ page }: Visitor, name: string, item: string): Promise<void> => {
  await page.getByRole('button', { name: `Actions: ${name}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

const logIn = async (page: Page, name: string, password = PASSWORD): Promise<void> => {
  await page.getByLabel(/username/i).fill(usernameOf(name))
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('who is disabled is signed out at once and cannot come back until enabled', async ({ signUp, server }) => {
  const [ingrid, kofi] = [await signUp('Ingrid Solheim'), await signUp('Kofi Boateng')]
  await goTo(ingrid, 'People')
  await ingrid.page.getByRole('searchbox', { name: 'Search people' }).fill('kof')
  await expect(ingrid.page.getByText('1 person')).toBeVisible()
  await choose(ingrid, 'Kofi Boateng', 'Disable')
  await ingrid.page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  const row = ingrid.page.getByRole('row', { name: /Kofi Boateng/ })
  await expect(row.getByText('Disabled')).toBeVisible()
  await expect(kofi.page).toHaveURL(/\/login$/)
  const signIn = { headers: { origin: server.url }, data: { login: 'kofi.boateng', password: PASSWORD } }
  expect((await kofi.page.request.post(`${server.url}/api/auth/login`, signIn)).status()).toBe(403)
  await choose(ingrid, 'Kofi Boateng', 'Enable')
  await expect(row.getByText('Disabled')).toHaveCount(0)
  await logIn(kofi.page, 'Kofi Boateng')
  await expect(kofi.page.getByRole('heading', { name: 'Chats' })).toBeVisible()
})

test('a link to a new password signs the person out and lets them in again', async ({ signUp, server }) => {
  const [ingrid, kofi] = [await signUp('Ingrid Solheim'), await signUp('Kofi Boateng')]
  await goTo(ingrid, 'People')
  await choose(ingrid, 'Kofi Boateng', 'Link to a new password')
  const dialog = ingrid.page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Make a link' }).click()
  const link = await dialog.getByLabel('Link to a new password').inputValue()
  expect(link).toMatch(new RegExp(`^${server.url}/reset/[\\w-]+$`))
  // The page that he has open is another one than where he follows the link.
  const elsewhere = await kofi.context.newPage()
  await elsewhere.goto(link)
  await elsewhere.getByLabel('New password', { exact: true }).fill('another horse battery')
  await elsewhere.getByLabel('Repeat the password').fill('another horse battery')
  await elsewhere.getByRole('button', { name: 'Set the password' }).click()
  await expect(elsewhere.getByRole('heading', { name: 'Your new password is set' })).toBeVisible()
  await expect(kofi.page).toHaveURL(/\/login$/)
  await logIn(kofi.page, 'Kofi Boateng', 'another horse battery')
  await expect(kofi.page.getByRole('heading', { name: 'Chats' })).toBeVisible()
})

test('a deleted person leaves the list, and what they wrote stays under no name', async ({ signUp }) => {
  const [ingrid, kofi] = [await signUp('Ingrid Solheim'), await signUp('Kofi Boateng')]
  await openChatWith(kofi, 'Ingrid Solheim')
  await send(kofi, 'Remember this')
  await expect(log(kofi).getByText('Sent', { exact: true }).last()).toBeAttached()
  await goTo(ingrid, 'People')
  const download = ingrid.page.waitForEvent('download')
  await choose(ingrid, 'Kofi Boateng', 'Export their data')
  expect((await download).suggestedFilename()).toMatch(/\.jsonl$/)
  await choose(ingrid, 'Kofi Boateng', 'Delete')
  const dialog = ingrid.page.getByRole('dialog')
  await dialog.getByLabel('Type kofi.boateng to confirm').fill('kofi.boateng')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(ingrid.page.getByRole('row', { name: /Kofi Boateng/ })).toHaveCount(0)
  await expect(kofi.page).toHaveURL(/\/login$/)
  await ingrid.page.getByRole('link', { name: /^Chats/ }).click()
  await ingrid.page.getByRole('link', { name: /Deleted account/ }).click()
  await expect(log(ingrid).getByText('Remember this')).toBeVisible()
})

test('a reported message is deleted and its report resolved, and all of it is in the audit log', async ({
  signUp,
  server,
}) => {
  const [ingrid, kofi, amara] = [
    await signUp('Ingrid Solheim'),
    await signUp('Kofi Boateng'),
    await signUp('Amara Okafor'),
  ]
  await openChatWith(kofi, 'Amara Okafor')
  await send(kofi, 'You are a fool')
  await amara.page.getByRole('link', { name: /Kofi Boateng/ }).click()
  await expect(log(amara).getByText('You are a fool')).toBeVisible()
  const conversationId = amara.page.url().split('/').at(-1)
  const own: { id: string } = await (await kofi.page.request.get(`${server.url}/api/auth/me`)).json()
  const reported = await amara.page.request.post(`${server.url}/api/reports`, {
    headers: { origin: server.url },
    data: { userId: own.id, conversationId, seq: 1, reason: 'Not kind' },
  })
  expect(reported.ok()).toBe(true)

  await goTo(ingrid, 'Overview')
  await ingrid.page.getByRole('link', { name: '1 open report' }).click()
  const report = ingrid.page.getByRole('article', { name: /Kofi Boateng/ })
  await expect(report).toContainText('You are a fool')
  await expect(report).toContainText('Amara Okafor: Not kind')
  await report.getByRole('button', { name: 'Show the messages around it' }).click()
  const around = report.getByRole('region', { name: 'The messages around it' }).getByRole('listitem')
  await expect(around).toHaveText([/Kofi Boateng.*ReportedYou are a fool$/])
  expect(await violations(ingrid.page)).toEqual([])
  await report.getByRole('button', { name: 'Delete message' }).click()
  await ingrid.page.getByRole('dialog').getByRole('button', { name: 'Delete message' }).click()
  await expect(log(amara).getByText('You are a fool')).toHaveCount(0)
  await report.getByRole('button', { name: 'Resolve' }).click()
  await expect(report).toContainText('Resolved by Ingrid Solheim')

  await report.getByRole('button', { name: 'Mute' }).click()
  await ingrid.page.getByRole('dialog').getByRole('button', { name: 'Mute' }).click()
  await expect(ingrid.page.getByText(/^Kofi Boateng cannot write until/)).toBeVisible()
  await goTo(ingrid, 'Audit log')
  const entries = ingrid.page.getByRole('list', { name: 'What was done, newest first' }).getByRole('listitem')
  await expect(entries).toHaveText([
    /Muted or unmuted/,
    /Changed a report/,
    /Deleted a reported message/,
    /Looked around a reported message/,
  ])
  const download = ingrid.page.waitForEvent('download')
  await ingrid.page.getByRole('link', { name: 'Export CSV' }).click()
  expect((await download).suggestedFilename()).toBe('audit.csv')
})

test('a filtered word is refused at once', async ({ signUp }) => {
  const [ingrid, kofi] = [await signUp('Ingrid Solheim'), await signUp('Kofi Boateng')]
  await goTo(ingrid, 'Moderation')
  await ingrid.page.getByText('Word filter', { exact: true }).click()
  await ingrid.page.getByLabel('Word or words').fill('spam*')
  await ingrid.page.getByRole('button', { name: 'Add' }).click()
  await expect(ingrid.page.getByRole('list', { name: 'Filtered words' })).toContainText('spam*')
  await openChatWith(kofi, 'Ingrid Solheim')
  await send(kofi, 'Cheap SPAMMERS here')
  await expect(log(kofi)).toContainText(/not allowed/i)
})

test('who may sign up is chosen, and an invite link lets people in all the same', async ({
  signUp,
  server,
  browser,
}) => {
  const ingrid = await signUp('Ingrid Solheim')
  await goTo(ingrid, 'Sign-in and invites')
  await ingrid.page.getByRole('radio', { name: 'By invitation' }).check()
  await ingrid.page.getByRole('button', { name: 'Save' }).click()
  await expect(ingrid.page.getByText('Saved')).toBeVisible()
  await ingrid.page.getByRole('button', { name: 'New link' }).click()
  await ingrid.page.getByLabel('Note').fill('Parents')
  await ingrid.page.getByRole('button', { name: 'Make a link' }).click()
  const link = await ingrid.page.getByLabel('Invite link', { exact: true }).inputValue()
  await ingrid.page.getByRole('button', { name: 'Done' }).click()
  await expect(ingrid.page.getByRole('list', { name: 'Invite links' })).toContainText('Parents')
  const stranger = await browser.newContext()
  const account = { username: 'kofi', fullName: 'Kofi Boateng', email: 'kofi@example.org', password: PASSWORD }
  const signup = (more: object) =>
    stranger.request.post(`${server.url}/api/auth/signup`, {
      headers: { origin: server.url },
      data: { ...account, ...more },
    })
  expect((await signup({})).status()).toBe(403)
  expect((await signup({ invite: new URL(link).searchParams.get('invite') })).status()).toBe(201)
  await stranger.close()
})

test('rules of retention say what would go before they are saved, and run', async ({ signUp }) => {
  const ingrid = await signUp('Ingrid Solheim')
  await goTo(ingrid, 'Retention')
  await ingrid.page.getByLabel('Direct messages: keep').selectOption('Keep for some days')
  await ingrid.page.getByLabel('Direct messages: days').fill('30')
  await ingrid.page.getByRole('button', { name: 'Count the messages' }).click()
  await expect(ingrid.page.getByText('By these rules, no messages would go now. Nothing was changed.')).toBeVisible()
  await ingrid.page.getByRole('button', { name: 'Save' }).click()
  await expect(ingrid.page.getByText('Saved')).toBeVisible()
  await ingrid.page.getByRole('button', { name: 'Run now' }).click()
  await ingrid.page.getByRole('dialog').getByRole('button', { name: 'Remove them' }).click()
  await expect(ingrid.page.getByText(/^Last run .*: no messages removed\./)).toBeVisible()
  await ingrid.page.reload()
  await expect(ingrid.page.getByLabel('Direct messages: days')).toHaveValue('30')
})

test('a backup is made, downloaded and deleted, and everybody is told of maintenance', async ({ signUp }) => {
  const ingrid = await signUp('Ingrid Solheim')
  await goTo(ingrid, 'Server')
  await ingrid.page.getByRole('button', { name: 'Back up now' }).click()
  await ingrid.page.getByRole('button', { name: /^Download parley-/ }).click()
  const question = ingrid.page.getByRole('dialog')
  await question.getByLabel('Your password', { exact: true }).fill('wrong horse')
  await question.getByRole('button', { name: 'Download' }).click()
  await expect(question.getByText('This is not your password.')).toBeVisible()
  const download = ingrid.page.waitForEvent('download')
  await question.getByLabel('Your password', { exact: true }).fill(PASSWORD)
  await question.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toMatch(/^parley-.*\.tar\.gz$/)
  await ingrid.page.getByRole('button', { name: /^Delete parley-/ }).click()
  await ingrid.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(ingrid.page.getByText('None yet.')).toBeVisible()
  await ingrid.page.getByRole('textbox', { name: 'Message' }).fill('Down tonight at ten')
  await ingrid.page.getByRole('button', { name: 'Show it to everybody' }).click()
  await expect(ingrid.page.getByText('Everybody sees a message now.')).toBeVisible()
  await expect(ingrid.page.getByText('Down tonight at ten').first()).toBeVisible()
  await ingrid.page.reload()
  await expect(ingrid.page.getByRole('textbox', { name: 'Message' })).toHaveValue('Down tonight at ten')
  await ingrid.page.getByRole('button', { name: 'Remove it' }).click()
  await expect(ingrid.page.getByRole('button', { name: 'Show it to everybody' })).toBeVisible()
})

test('the overview changes while it is looked at', async ({ signUp }) => {
  const ingrid = await signUp('Ingrid Solheim')
  await goTo(ingrid, 'Overview')
  const online = ingrid.page.locator('dl > div', { hasText: 'Online now' })
  await expect(online).toContainText('of 1 person')
  await signUp('Kofi Boateng')
  await expect(online.locator('dd span').first()).toHaveText('2')
  await ingrid.context.setOffline(true)
  await expect(ingrid.page.getByText(/These are the figures of/)).toBeVisible()
  await ingrid.context.setOffline(false)
  await expect(ingrid.page.getByText(/These are the figures of/)).toHaveCount(0)
})

const VIEWS = ['', 'overview', 'people', 'moderation', 'audit', 'retention', 'sign-in', 'server']

for (const [size, options] of [
  ['a desktop', {}],
  ['a phone', PHONE],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every view is accessible and fits on ${size}, ${colorScheme}`, async ({ signUp, server }) => {
      // Axe looks ten times.
      test.slow()
      const ingrid = await signUp('Ingrid Solheim', { ...options, colorScheme })
      const found: string[] = []
      for (const view of VIEWS) {
        await ingrid.page.goto(`${server.url}/admin/${view}`)
        await expect(ingrid.page.getByRole('heading', { level: 1 })).toBeVisible()
        found.push(...(await violations(ingrid.page)))
        expect(await ingrid.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), view).toBe(true)
      }
      await ingrid.page.goto(`${server.url}/admin/people`)
      await ingrid.page.getByRole('button', { name: 'Actions: Ingrid Solheim' }).click()
      found.push(...(await violations(ingrid.page)))
      await ingrid.page.getByRole('menuitem', { name: 'Link to a new password' }).click()
      await ingrid.page.getByRole('button', { name: 'Make a link' }).click()
      await expect(ingrid.page.getByLabel('Link to a new password')).toBeVisible()
      found.push(...(await violations(ingrid.page)))
      expect(found).toEqual([])
    })
  }
}
