import type { Page } from '@playwright/test'
import { expect, log, openChatWith, PASSWORD, send, test, usernameOf, type Visitor } from './fixtures.ts'

const field = (page: Page) => page.getByRole('textbox', { name: /^Message/ })
const editField = (page: Page) => page.getByRole('textbox', { name: 'Edit message' })

const about = (on: Page) => on.getByLabel('About you')
const status = (on: Page) => on.getByLabel('Status')
const save = (on: Page) => on.getByRole('button', { name: 'Save' })

/** Signs a person in on another device and opens the same page. */
async function signInAt({ page, name }: Visitor, device: Page): Promise<void> {
  const url = new URL(page.url())
  await device.request.post(`${url.origin}/api/auth/login`, { data: { login: usernameOf(name), password: PASSWORD } })
  await device.goto(page.url())
}

/** Does the same with a conversation. */
async function otherDevice(visitor: Visitor, device: Page): Promise<void> {
  await signInAt(visitor, device)
  await expect(device.getByRole('log')).toBeVisible()
}

async function editLast(page: Page, more: string): Promise<void> {
  // The server must have the message before.
  await expect(async () => {
    await field(page).press('ArrowUp', { timeout: 1000 })
    await expect(editField(page)).toBeVisible({ timeout: 1000 })
  }).toPass()
  await editField(page).press('End')
  await page.keyboard.type(more)
}

test('[E1] an edit survives a reload and another conversation, and a conflict shows both texts', async ({
  signUp,
  browser,
}) => {
  const amara = await signUp('Amara Okafor')
  await signUp('Kofi Boateng')
  await openChatWith(amara, 'Kofi Boateng')
  await send(amara, 'See you at sevn')
  await expect(log(amara).getByText('See you at sevn')).toBeVisible()
  await editLast(amara.page, ', by the gate')

  await amara.page.reload()
  await expect(editField(amara.page)).toHaveValue('See you at sevn, by the gate')
  const there = amara.page.url()
  await amara.page.getByRole('link', { name: 'Settings' }).first().click()
  await expect(amara.page.getByRole('heading', { name: 'Settings' })).toBeVisible()
  await amara.page.goto(there)
  await expect(editField(amara.page)).toHaveValue('See you at sevn, by the gate')

  const context = await browser.newContext()
  const device = await context.newPage()
  await otherDevice(amara, device)
  await editLast(device, '!')
  await editField(device).fill('See you at nine')
  await editField(device).press('Enter')
  await expect(log(amara).getByText('See you at nine')).toBeVisible()
  const conflict = amara.page.getByRole('alert')
  await expect(conflict).toContainText('See you at nine')
  await editField(amara.page).press('Enter')
  await expect(conflict).toBeVisible()
  await conflict.getByRole('button', { name: 'Keep my text' }).click()
  await editField(amara.page).press('Enter')
  await expect(device.getByRole('log').getByText('See you at sevn, by the gate')).toBeVisible()

  // Without a connection the page cannot know of the other edit, so the server refuses it.
  await amara.context.setOffline(true)
  await editLast(amara.page, ' or not')
  await editField(amara.page).press('Enter')
  await editLast(device, '')
  await editField(device).fill('See you at ten')
  await editField(device).press('Enter')
  await expect(device.getByRole('log').getByText('See you at ten')).toBeVisible()
  await amara.context.setOffline(false)
  await log(amara).getByRole('button', { name: 'Compare' }).click()
  const dialog = amara.page.getByRole('dialog', { name: 'Two versions of a message' })
  await expect(dialog.getByRole('region', { name: 'Your text' })).toContainText('by the gate or not')
  await expect(dialog.getByRole('region', { name: 'The other text' })).toContainText('See you at ten')
  await dialog.getByRole('button', { name: 'Take the other text' }).click()
  await expect(log(amara).getByText('See you at ten')).toBeVisible()
  await context.close()
})

test('[E1] [E5] a dialog with typed text asks before it closes, and a sign-out asks before it deletes drafts', async ({
  signUp,
}) => {
  const amara = await signUp('Amara Okafor')
  const kofi = await signUp('Kofi Boateng')
  await openChatWith(amara, 'Kofi Boateng')
  await send(amara, 'Hello')
  await kofi.page.getByRole('link', { name: /Amara Okafor/ }).click()
  const { page } = kofi
  await log(kofi).getByText('Hello').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Report' }).click()
  const reason = page.getByLabel('What is wrong?')
  await reason.fill('It is spam')
  await page.mouse.click(5, 5)
  await page.getByRole('button', { name: 'Keep writing' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Keep writing' }).click()
  await page.goBack()
  await page.getByRole('button', { name: 'Keep writing' }).click()
  await expect(reason).toHaveValue('It is spam')

  await page.reload()
  await log(kofi).getByText('Hello').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Report' }).click()
  await expect(reason).toHaveValue('It is spam')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect(reason).toBeHidden()

  await field(page).fill('Half a thought')
  await page.getByRole('button', { name: 'Your profile' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  const question = page.getByRole('dialog', { name: 'Sign out and delete what is not sent?' })
  await expect(question).toContainText('1 draft')
  await question.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('Half a thought')
})

test('[E16] typing in one tab leaves the caret of another', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  await signUp('Kofi Boateng')
  await openChatWith(amara, 'Kofi Boateng')
  await field(amara.page).fill('Half a thought')
  await amara.page.keyboard.press('Home')
  const second = await amara.context.newPage()
  await second.goto(amara.page.url())
  await expect(field(second)).toHaveValue('Half a thought')
  await field(second).press('End')
  await second.keyboard.type(' and more')
  const caret = () => field(amara.page).evaluate((area) => (area as HTMLTextAreaElement).selectionStart)
  expect(await caret()).toBe(0)
  await second.close()
})

test('[E1] a profile that two devices edit is never overwritten unseen, and other fields are kept', async ({
  signUp,
  browser,
}) => {
  const amara = await signUp('Amara Okafor')
  const { page } = amara
  await page.goto(new URL('/settings/profile', page.url()).href)
  const context = await browser.newContext()
  const device = await context.newPage()
  await signInAt(amara, device)
  await expect(about(device)).toBeVisible()

  // This device misses the events of the other one, so only the server can know.
  await page.routeWebSocket(/socket\.io/, (socket) => void socket.close())
  await about(page).fill('Head teacher')
  await about(device).fill('Head of the school')
  await save(device).click()
  await expect(device.getByText('Saved', { exact: true })).toBeVisible()
  await page.route('**/socket.io/**', (route) => route.abort())
  await save(page).click()
  const conflict = page.getByRole('alert').filter({ hasText: 'Head of the school' })
  await expect(conflict).toBeVisible()
  await expect(about(page)).toHaveValue('Head teacher')
  await conflict.getByRole('button', { name: 'Keep my text' }).click()
  await save(page).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()

  // Another field is no conflict: both changes stay.
  await expect(about(device)).toHaveValue('Head teacher')
  await status(device).fill('At the gate')
  await save(device).click()
  await expect(device.getByText('Saved', { exact: true })).toBeVisible()
  await about(page).fill('Head teacher, room 4')
  await save(page).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await expect(status(page)).toHaveValue('At the gate')
  await context.close()
})
