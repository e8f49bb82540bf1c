import { expect, log, openChatWith, PHONE, send, test, type Visitor } from './fixtures.ts'
import { photo } from './helpers/mediaFiles.ts'

const goTo = ({ page }: Visitor, name: string) =>
  page.getByRole('navigation', { name: 'Primary' }).getByRole('link', { name }).click()
const choose = async ({ page }: Visitor, item: string): Promise<void> => {
  await page.getByRole('button', { name: 'Conversation actions' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

test('a profile is written and saved, and others see it at once', async ({ signUp }) => {
  const [ingrid, kofi] = [await signUp('Ingrid Solheim'), await signUp('Kofi Boateng')]
  await openChatWith(kofi, 'Ingrid Solheim')
  await goTo(ingrid, 'Settings')
  const profile = ingrid.page.getByRole('region', { name: 'Profile' })
  await profile.getByLabel('Full name').fill('Ingrid Sørensen')
  await expect(profile.getByText('Unsaved changes')).toBeVisible()
  await profile.getByLabel('Status').fill('At the front desk')
  await profile.getByLabel('About you').fill('Ask me about keys.')
  await profile.getByRole('button', { name: 'Save' }).click()
  await expect(profile.getByText('Saved')).toBeVisible()
  await expect(kofi.page.getByRole('heading', { name: 'Ingrid Sørensen' })).toBeVisible()
  await expect(kofi.page.getByText('At the front desk')).toBeVisible()
  await kofi.page.getByRole('button', { name: 'Ingrid Sørensen' }).click()
  await expect(kofi.page.getByRole('dialog', { name: 'Profile' }).getByText('Ask me about keys.')).toBeVisible()
})

test('what could not be saved says so and is there to be saved again', async ({ signUp }) => {
  const ingrid = await signUp('Ingrid Solheim')
  await goTo(ingrid, 'Settings')
  const profile = ingrid.page.getByRole('region', { name: 'Profile' })
  await profile.getByLabel('Status').fill('Back at noon')
  await ingrid.context.setOffline(true)
  await profile.getByRole('button', { name: 'Save' }).click()
  await expect(profile.getByText(/^Not saved/)).toBeVisible()
  await expect(profile.getByText('Unsaved changes')).toBeVisible()
  await ingrid.context.setOffline(false)
  await profile.getByRole('button', { name: 'Save' }).click()
  await expect(profile.getByText('Saved')).toBeVisible()
})

test('a picture is cropped, uploaded, shown to others, and removed again', async ({ signUp }) => {
  const [ingrid, kofi] = [await signUp('Ingrid Solheim'), await signUp('Kofi Boateng')]
  await openChatWith(ingrid, 'Kofi Boateng')
  await send(ingrid, 'Hello')
  await goTo(ingrid, 'Settings')
  const profile = ingrid.page.getByRole('region', { name: 'Profile' })
  await profile.locator('input[type="file"]').setInputFiles(await photo(ingrid.page, 'me.jpg', 320, 240))
  const cropper = ingrid.page.getByRole('dialog', { name: 'Picture' })
  await cropper.getByRole('slider', { name: 'Zoom' }).press('ArrowRight')
  await cropper.getByRole('button', { name: 'Use picture' }).click()
  await expect(profile.getByRole('button', { name: 'Choose another' })).toBeVisible()
  const row = kofi.page.getByRole('link', { name: /Ingrid Solheim/ })
  await expect(row.locator('img')).toHaveJSProperty('complete', true)
  await expect.poll(() => row.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0)
  await profile.getByRole('button', { name: 'Remove' }).click()
  await expect(row.locator('img')).toHaveCount(0)
  await expect(row).toContainText('IS')
})

test('contacts stand first, favourites before the others, and are in step on two devices', async ({
  signUp,
  server,
  browser,
}) => {
  const ingrid = await signUp('Ingrid Solheim')
  await signUp('Amara Okafor')
  await signUp('Kofi Boateng')
  const second = await (await browser.newContext({ storageState: await ingrid.context.storageState() })).newPage()
  await second.goto(`${server.url}/people`)
  await goTo(ingrid, 'People')
  for (const name of ['Amara Okafor', 'Kofi Boateng']) {
    await ingrid.page.getByRole('button', { name: `Actions: ${name}` }).click()
    await ingrid.page.getByRole('menuitem', { name: 'Add to contacts' }).click()
    await expect(second.getByRole('region', { name: 'Contacts' }).getByText(name)).toBeVisible()
  }
  await ingrid.page.getByRole('button', { name: 'Favourite: Kofi Boateng' }).click()
  const contacts = second.getByRole('region', { name: 'Contacts' }).getByRole('listitem')
  await expect(contacts.first()).toContainText('Kofi Boateng')
  await expect(contacts.first()).toContainText('Online')
  await ingrid.page.getByRole('searchbox').fill('amar')
  await expect(ingrid.page.getByRole('region', { name: 'Contacts' }).getByRole('listitem')).toHaveText([/Amara Okafor/])
  await ingrid.page.getByRole('button', { name: 'Actions: Amara Okafor' }).click()
  await ingrid.page.getByRole('menuitem', { name: 'Remove from contacts' }).click()
  await expect(contacts).toHaveCount(1)
})

test('who is blocked writes on and cannot tell; nothing of it arrives, not even when the block ends', async ({
  signUp,
}) => {
  const [ingrid, kofi] = [await signUp('Ingrid Solheim'), await signUp('Kofi Boateng')]
  await openChatWith(kofi, 'Ingrid Solheim')
  await send(kofi, 'Before')
  await ingrid.page.getByRole('link', { name: /Kofi Boateng/ }).click()
  await expect(log(ingrid).getByText('Before')).toBeVisible()
  await choose(ingrid, 'Block')
  await ingrid.page.getByRole('dialog').getByRole('button', { name: 'Block' }).click()
  await expect(ingrid.page.getByText(/You have blocked/).first()).toBeVisible()
  await expect(ingrid.page.getByRole('textbox', { name: /^Message/ })).toHaveCount(0)

  for (const text of ['Are you there?', 'Hello?']) await send(kofi, text)
  await expect(log(kofi).getByText('Hello?')).toBeVisible()
  await expect(log(kofi).getByText('Sent', { exact: true }).last()).toBeAttached()

  await goTo(ingrid, 'Settings')
  await ingrid.page.getByRole('link', { name: 'Blocked people' }).click()
  await ingrid.page.getByRole('button', { name: 'Unblock Kofi Boateng' }).click()
  await expect(ingrid.page.getByText('You have not blocked anyone.')).toBeVisible()
  await send(kofi, 'After')
  await goTo(ingrid, 'Chats')
  await expect(ingrid.page.getByRole('link', { name: /Kofi Boateng.*After.*1 unread/ })).toBeVisible()
  await ingrid.page.getByRole('link', { name: /Kofi Boateng/ }).click()
  await expect(log(ingrid).getByText('After')).toBeVisible()
  await expect(log(ingrid).getByText('Before')).toBeVisible()
  await expect(log(ingrid).getByText(/Are you there|Hello\?/)).toHaveCount(0)
})

test('a user is reported to the admins, on a phone', async ({ signUp, server }) => {
  const admin = await signUp('Ingrid Solheim')
  const [kofi, amara] = [await signUp('Kofi Boateng', PHONE), await signUp('Amara Okafor')]
  await openChatWith(kofi, 'Amara Okafor')
  await choose(kofi, 'Report')
  const dialog = kofi.page.getByRole('dialog', { name: 'Report Amara Okafor' })
  await dialog.getByRole('button', { name: 'Send report' }).click()
  await expect(dialog.getByText('Describe what is wrong.')).toBeVisible()
  await dialog.getByLabel('What is wrong?').fill('Sends advertisements')
  await dialog.getByRole('button', { name: 'Send report' }).click()
  await expect(kofi.page.getByText('Thank you. Your report was sent to the admins.')).toBeVisible()
  const reports: unknown = await (await admin.context.request.get(`${server.url}/api/admin/reports`)).json()
  expect(reports).toMatchObject({ items: [{ reason: 'Sends advertisements', user: { fullName: 'Amara Okafor' } }] })
  expect((await amara.context.request.get(`${server.url}/api/admin/reports`)).status()).toBe(403)
})
