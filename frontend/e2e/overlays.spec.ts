import { expect, log, openChatWith, PHONE, send, test, type Visitor } from './fixtures.ts'
import { photo } from './helpers/mediaFiles.ts'

/** Goes back as the phone's button does. */
const back = ({ page }: Visitor) => page.goBack()
const dialogs = ({ page }: Visitor) => page.locator('dialog[open]')

async function holdFinger({ page }: Visitor, text: string): Promise<void> {
  await page.getByRole('log').getByText(text).click({ button: 'right' })
}

test('[E3] Back on a phone closes the picture, the menu, the report, the profile and the group info, one at a time', async ({
  signUp,
}) => {
  const kofi = await signUp('Kofi Boateng')
  const amara = await signUp('Amara Okafor', PHONE)
  await openChatWith(amara, 'Kofi Boateng')
  const chat = amara.page.url()
  const header = amara.page.getByRole('heading', { name: 'Kofi Boateng' })
  await send(amara, 'Good morning')

  await amara.page.locator('input[data-attach]').setInputFiles(await photo(amara.page, 'harbour.png', 320, 240))
  await amara.page.getByRole('button', { name: 'Send', exact: true }).click()
  await log(amara)
    .getByRole('button', { name: /Photo by/ })
    .click()
  await expect(amara.page.locator('dialog.lightbox')).toBeVisible()
  await back(amara)
  await expect(dialogs(amara)).toHaveCount(0)
  await expect(amara.page).toHaveURL(chat)

  await holdFinger(amara, 'Good morning')
  await expect(amara.page.getByRole('menu')).toBeVisible()
  await back(amara)
  await expect(amara.page.getByRole('menu')).toHaveCount(0)
  await expect(amara.page).toHaveURL(chat)

  // The report lies over the profile, and its menu was between them.
  await header.getByRole('button').click()
  await expect(dialogs(amara)).toHaveCount(1)
  await amara.page.getByRole('dialog').getByRole('button', { name: 'More' }).click()
  await amara.page.getByRole('menuitem', { name: /Report/ }).click()
  await expect(dialogs(amara)).toHaveCount(2)
  await back(amara)
  await expect(dialogs(amara)).toHaveCount(1)
  await expect(amara.page.getByRole('dialog').getByRole('button', { name: 'More' })).toBeVisible()
  await back(amara)
  await expect(dialogs(amara)).toHaveCount(0)
  await expect(amara.page).toHaveURL(chat)

  // Closed by the page: Back then leaves the conversation, and a reload with an open dialog leaves no entry behind.
  await header.getByRole('button').click()
  await amara.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await expect(dialogs(amara)).toHaveCount(0)
  await header.getByRole('button').click()
  await expect(dialogs(amara)).toHaveCount(1)
  await amara.page.reload()
  await expect(header).toBeVisible()
  await back(amara)
  await expect(amara.page.getByRole('heading', { name: 'Chats' })).toBeVisible()
  await kofi.page.close()
})

test('[E3] Back closes a group’s menu, then its info; a conversation that is opened from a dialog lies above the list', async ({
  signUp,
}) => {
  await signUp('Kofi Boateng')
  const amara = await signUp('Amara Okafor', PHONE)
  await amara.page.getByRole('button', { name: 'New conversation' }).first().click()
  await amara.page.getByRole('button', { name: 'New group' }).click()
  const dialog = amara.page.getByRole('dialog')
  await dialog.getByRole('searchbox').fill('Kofi')
  await dialog.getByRole('checkbox', { name: 'Kofi Boateng' }).check()
  await dialog.getByRole('button', { name: /Next/ }).click()
  await dialog.getByLabel('Name').fill('Autumn Fair')
  await dialog.getByRole('button', { name: /Create group/ }).click()
  const header = amara.page.getByRole('heading', { name: 'Autumn Fair' })
  await expect(header).toBeVisible()
  const group = amara.page.url()

  await header.getByRole('button').click()
  await amara.page.getByRole('button', { name: 'Actions: Kofi Boateng' }).click()
  await expect(amara.page.getByRole('menu')).toBeVisible()
  await back(amara)
  await expect(amara.page.getByRole('menu')).toHaveCount(0)
  await expect(dialogs(amara)).toHaveCount(1)
  await back(amara)
  await expect(dialogs(amara)).toHaveCount(0)
  await expect(amara.page).toHaveURL(group)
  // The dialog that the group was made in left no entry.
  await back(amara)
  await expect(amara.page.getByRole('heading', { name: 'Chats' })).toBeVisible()
  await expect(dialogs(amara)).toHaveCount(0)
  await amara.page.goForward()
  await expect(header).toBeVisible()
})

const ANDROID = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36'

test('[E4] a phone shows a notification through the service worker, and a deletion takes it back', async ({
  signUp,
}) => {
  const kofi = await signUp('Kofi Boateng')
  const amara = await signUp('Amara Okafor', { ...PHONE, userAgent: ANDROID, permissions: ['notifications'] })
  const shown = () =>
    amara.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration()
      return ((await registration?.getNotifications()) ?? []).map(({ title, body }) => `${title}: ${body}`)
    })
  await amara.page.goto(`${new URL(amara.page.url()).origin}/settings/notifications`)
  await expect(amara.page.getByText('This browser shows notifications')).toBeVisible()
  await openChatWith(kofi, 'Amara Okafor')
  await send(kofi, 'At five')
  await expect.poll(shown).toEqual([expect.stringMatching(/^Kofi Boateng: .*At five/)])
  await log(kofi).getByText('At five').click({ button: 'right' })
  await kofi.page.getByRole('menuitem', { name: 'Delete' }).click()
  await kofi.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect.poll(shown).toEqual([])
})
