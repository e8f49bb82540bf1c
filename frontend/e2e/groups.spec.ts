import type { Conversation, CreatedInvite, Page as PageOf, User } from 'backend/contract'
import { violations } from './helpers/axe.ts'
import { expect, log, PHONE, send, test, type Visitor } from './fixtures.ts'
import { photo } from './helpers/mediaFiles.ts'

/** Begins a group with these people, by the page. */
async function newGroup(
  { page }: Visitor,
  name: string,
  people: string[],
  options: { history?: 'all' } = {},
): Promise<void> {
  await page.getByRole('button', { name: 'New conversation' }).first().click()
  await page.getByRole('button', { name: 'New group' }).click()
  const dialog = page.getByRole('dialog')
  for (const person of people) {
    await dialog.getByRole('searchbox').fill(person.slice(0, 4))
    await dialog.getByRole('checkbox', { name: person }).check()
  }
  await dialog.getByRole('button', { name: /Next|Skip/ }).click()
  await dialog.getByLabel('Name').fill(name)
  if (options.history === 'all') await dialog.getByRole('radio', { name: 'Everything' }).check()
  await dialog.getByRole('button', { name: /Create group/ }).click()
  await expect(page.getByRole('heading', { name })).toBeVisible()
}

const openGroup = ({ page }: Visitor, name: string) => page.getByRole('link', { name: new RegExp(name) }).click()
const info = ({ page }: Visitor) => page.getByRole('region', { name: 'About the group' })
const showInfo = async ({ page }: Visitor): Promise<void> =>
  page.getByRole('button', { name: 'Group info' }).first().click()

test('a group is begun, talked in, and says who did what', async ({ signUp }) => {
  const [ingrid, kofi, amara] = [
    await signUp('Ingrid Solheim'),
    await signUp('Kofi Boateng'),
    await signUp('Amara Okafor'),
  ]
  await newGroup(ingrid, 'Autumn Fair', ['Kofi Boateng', 'Amara Okafor'])
  await expect(log(ingrid).getByText('You created the group “Autumn Fair”')).toBeVisible()
  await send(ingrid, 'Who brings the tables?')
  await openGroup(kofi, 'Autumn Fair')
  await expect(log(kofi).getByText('Ingrid Solheim created the group')).toBeVisible()
  await expect(log(kofi).getByRole('button', { name: 'Ingrid Solheim' })).toBeVisible()
  await send(kofi, 'I do')
  await expect(amara.page.getByRole('link', { name: /Autumn Fair.*Kofi: I do.*2 unread/ })).toBeVisible()
  await expect(log(ingrid).getByText('I do')).toBeVisible()

  await showInfo(ingrid)
  await expect(info(ingrid).getByText('3 members')).toBeVisible()
  await info(ingrid).getByRole('button', { name: 'Edit' }).click()
  await ingrid.page.getByRole('dialog').getByLabel('Name').fill('Winter Fair')
  await ingrid.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(kofi.page.getByRole('heading', { name: 'Winter Fair' })).toBeVisible()
  await expect(log(kofi).getByText('Ingrid Solheim renamed the group to “Winter Fair”')).toBeVisible()
  await expect(amara.page.getByRole('link', { name: /Winter Fair.*Ingrid Solheim renamed the group/ })).toBeVisible()

  await info(ingrid).getByRole('button', { name: 'Actions: Kofi Boateng' }).click()
  await ingrid.page.getByRole('menuitem', { name: 'Make an admin' }).click()
  await expect(log(kofi).getByText('Ingrid Solheim made you an admin')).toBeVisible()
  await showInfo(kofi)
  await expect(info(kofi).getByRole('button', { name: 'Edit' })).toBeVisible()
})

test('who is removed loses the open conversation at once, and comes back to what is said from then on', async ({
  signUp,
}) => {
  const [ingrid, kofi] = [await signUp('Ingrid Solheim'), await signUp('Kofi Boateng')]
  await newGroup(ingrid, 'Autumn Fair', ['Kofi Boateng'])
  await openGroup(kofi, 'Autumn Fair')
  await send(ingrid, 'Before')
  await expect(log(kofi).getByText('Before')).toBeVisible()
  await showInfo(ingrid)
  await info(ingrid).getByRole('button', { name: 'Actions: Kofi Boateng' }).click()
  await ingrid.page.getByRole('menuitem', { name: 'Remove from group' }).click()
  await ingrid.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(kofi.page.getByText('You were removed from the group')).toBeVisible()
  await expect(kofi.page.getByText('Before')).toHaveCount(0)
  await expect(kofi.page.getByRole('link', { name: /Autumn Fair/ })).toHaveCount(0)
  await send(ingrid, 'In between')

  await info(ingrid).getByRole('button', { name: 'Add', exact: true }).click()
  await ingrid.page.getByRole('dialog').getByRole('checkbox', { name: 'Kofi Boateng' }).check()
  await ingrid.page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
  await expect(log(kofi).getByText('Ingrid Solheim added you')).toBeVisible()
  await expect(log(kofi).getByText('You see the messages since you joined.')).toBeVisible()
  await send(ingrid, 'After')
  await expect(log(kofi).getByText('After')).toBeVisible()
  await expect(log(kofi).getByText(/Before|In between/)).toHaveCount(0)
})

test('who was removed while their connection was gone learns of it with the next one', async ({ signUp }) => {
  const [ingrid, kofi] = [await signUp('Ingrid Solheim'), await signUp('Kofi Boateng')]
  await newGroup(ingrid, 'Autumn Fair', ['Kofi Boateng'])
  await openGroup(kofi, 'Autumn Fair')
  await send(ingrid, 'Before')
  await expect(log(kofi).getByText('Before')).toBeVisible()
  await kofi.context.setOffline(true)
  await expect(kofi.page.getByText(/Offline/)).toBeVisible()
  await showInfo(ingrid)
  await info(ingrid).getByRole('button', { name: 'Actions: Kofi Boateng' }).click()
  await ingrid.page.getByRole('menuitem', { name: 'Remove from group' }).click()
  await ingrid.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(log(ingrid).getByText('You removed Kofi Boateng')).toBeVisible()
  await kofi.context.setOffline(false)
  await expect(kofi.page.getByText('You were removed from the group')).toBeVisible()
})

test('a link leads in with everything that was said, until it is revoked', async ({ signUp, server }) => {
  const [ingrid, kofi, amara] = [
    await signUp('Ingrid Solheim'),
    await signUp('Kofi Boateng'),
    await signUp('Amara Okafor'),
  ]
  await newGroup(ingrid, 'Autumn Fair', [], { history: 'all' })
  await send(ingrid, 'Said early')
  await showInfo(ingrid)
  await info(ingrid).getByRole('button', { name: 'Invite link' }).click()
  const dialog = ingrid.page.getByRole('dialog')
  await dialog.getByLabel('The link works for').selectOption('1 day')
  await dialog.getByRole('button', { name: 'Create a link' }).click()
  const link = await dialog.getByLabel('Invite link', { exact: true }).inputValue()
  expect(link.startsWith(`${server.url}/join/`)).toBe(true)

  await kofi.page.goto(link)
  await expect(kofi.page.getByRole('heading', { name: 'Autumn Fair' })).toBeVisible()
  await kofi.page.getByRole('button', { name: 'Join the group' }).click()
  await expect(log(kofi).getByText('Said early')).toBeVisible()
  await expect(log(ingrid).getByText('Kofi Boateng joined by the invite link')).toBeVisible()
  await kofi.page.goto(link)
  await kofi.page.getByRole('link', { name: 'Open the group' }).click()
  await expect(log(kofi).getByText('Said early')).toBeVisible()

  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await expect(dialog.getByRole('button', { name: 'Create a link' })).toBeVisible()
  await amara.page.goto(link)
  await expect(amara.page.getByText('This invitation does not work')).toBeVisible()
})

test('the owner hands the group over before leaving, and leaving leads back to the list', async ({ signUp }) => {
  const [ingrid, kofi] = [await signUp('Ingrid Solheim'), await signUp('Kofi Boateng')]
  await newGroup(ingrid, 'Autumn Fair', ['Kofi Boateng'])
  await showInfo(ingrid)
  await info(ingrid).getByRole('button', { name: 'Leave group' }).click()
  await expect(ingrid.page.getByRole('dialog', { name: 'Choose another owner first' })).toBeVisible()
  await ingrid.page.keyboard.press('Escape')
  await info(ingrid).getByRole('button', { name: 'Actions: Kofi Boateng' }).click()
  await ingrid.page.getByRole('menuitem', { name: 'Make the owner' }).click()
  await ingrid.page.getByRole('dialog').getByRole('button', { name: 'Make the owner' }).click()
  await expect(log(ingrid).getByText('You made Kofi Boateng the owner')).toBeVisible()
  await info(ingrid).getByRole('button', { name: 'Leave group' }).click()
  await ingrid.page.getByRole('dialog', { name: 'Leave Autumn Fair?' }).getByRole('button', { name: 'Leave' }).click()
  await expect(ingrid.page.getByText('You left Autumn Fair.')).toBeVisible()
  await expect(ingrid.page.getByRole('link', { name: /Autumn Fair/ })).toHaveCount(0)
  await expect(kofi.page.getByRole('link', { name: /Autumn Fair.*Ingrid Solheim left/ })).toBeVisible()
})

test('a group gets a picture on a phone, which all see', async ({ signUp, server }) => {
  const ingrid = await signUp('Ingrid Solheim', PHONE)
  const kofi = await signUp('Kofi Boateng')
  await newGroup(ingrid, 'Autumn Fair', ['Kofi Boateng'])
  await ingrid.page.getByRole('button', { name: 'Autumn Fair' }).click()
  await info(ingrid).getByRole('button', { name: 'Edit' }).click()
  const editing = ingrid.page.getByRole('dialog', { name: 'Edit group' })
  await editing.locator('input[type="file"]').setInputFiles(await photo(ingrid.page, 'fair.jpg', 320, 240))
  await ingrid.page.getByRole('dialog', { name: 'Picture' }).getByRole('button', { name: 'Use picture' }).click()
  await expect(ingrid.page.getByText('Picture changed.')).toBeVisible()
  await expect(
    kofi.page.getByRole('link', { name: /Autumn Fair.*Ingrid Solheim changed the picture/ }).locator('img'),
  ).toHaveJSProperty('complete', true)
  const source = await kofi.page
    .getByRole('link', { name: /Autumn Fair/ })
    .locator('img')
    .getAttribute('src')
  const answer = await kofi.context.request.get(`${server.url}${source}`)
  expect(answer.headers()['content-type']).toBe('image/webp')
})

test('who has read a message of one’s own in a group is in its info', async ({ signUp }) => {
  const [ingrid, kofi] = [await signUp('Ingrid Solheim'), await signUp('Kofi Boateng')]
  await newGroup(ingrid, 'Autumn Fair', ['Kofi Boateng'])
  await send(ingrid, 'Tables are here')
  await openGroup(kofi, 'Autumn Fair')
  await expect(log(kofi).getByText('Tables are here')).toBeVisible()
  await expect(kofi.page.getByRole('link', { name: /Autumn Fair.*unread/ })).toHaveCount(0)
  await log(ingrid).getByText('Tables are here').click({ button: 'right' })
  await ingrid.page.getByRole('menuitem', { name: 'Info' }).click()
  await expect(
    ingrid.page.getByRole('dialog', { name: 'Message info' }).getByRole('listitem').filter({ hasText: 'Kofi Boateng' }),
  ).toContainText('Read')
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, options] of Object.entries({ desktop: {}, phone: PHONE })) {
    test(`axe finds nothing in a group and its dialogs, ${size}, ${colorScheme}`, async ({ signUp, server }) => {
      // While a dialog fades in, its colours are not yet its own.
      const { page, context } = await signUp('Ingrid Solheim', { ...options, colorScheme, reducedMotion: 'reduce' })
      await signUp('Kofi Boateng')
      const people: PageOf<User> = await (await context.request.get(`${server.url}/api/users`)).json()
      const memberIds = people.items.filter(({ fullName }) => fullName === 'Kofi Boateng').map(({ id }) => id)
      const about = { name: 'Autumn Fair', description: 'Gates 10:00', memberIds, clientGroupId: 'one' }
      const group: Conversation = await (
        await context.request.post(`${server.url}/api/groups/create`, { data: about })
      ).json()
      await page.goto(`${server.url}/c/${group.id}`)
      await page.getByRole('button', { name: 'Autumn Fair' }).click()
      const pane = page.getByRole('region', { name: 'About the group' })
      await expect(pane.getByText('2 members')).toBeVisible()
      const found = await violations(page)
      for (const [button, shown] of [
        ['Edit', 'Edit group'],
        ['Invite link', 'Invite link'],
        ['Add', 'Add people'],
        ['Leave group', 'Choose another owner first'],
      ] as const) {
        await pane.getByRole('button', { name: button, exact: true }).click()
        await expect(page.getByRole('dialog', { name: shown })).toBeVisible()
        found.push(...(await violations(page)))
        await page.keyboard.press('Escape')
      }
      await pane.getByRole('button', { name: 'Kofi Boateng' }).first().click()
      await expect(page.getByRole('dialog', { name: 'Profile' }).getByText('@kofi.boateng')).toBeVisible()
      found.push(...(await violations(page)))
      const invite: CreatedInvite = await (
        await context.request.post(`${server.url}/api/groups/${group.id}/invite`, { data: {} })
      ).json()
      for (const [path, words] of [
        [`/join/${invite.token}`, 'Open the group'],
        ['/join/none', 'This invitation does not work'],
      ] as const) {
        await page.goto(server.url + path)
        await expect(page.getByText(words)).toBeVisible()
        found.push(...(await violations(page)))
      }
      expect(found).toEqual([])
    })
  }
}
