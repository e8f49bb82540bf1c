import { expect, log, PHONE, test } from './fixtures.ts'

test('an admin writes to everybody: the users online see it live, and the others find it later', async ({ signUp }) => {
  const ingrid = await signUp('Ingrid Solheim')
  const kofi = await signUp('Kofi Boateng', PHONE)

  await ingrid.page.getByRole('link', { name: 'Admin' }).click()
  await ingrid.page.getByRole('link', { name: 'Broadcasts' }).click()
  await expect(ingrid.page.getByRole('heading', { name: 'Broadcasts' }).first()).toBeVisible()
  await ingrid.page.getByRole('link', { name: 'New broadcast' }).first().click()
  await ingrid.page.getByLabel('Title').fill('Water off today')
  await ingrid.page.getByRole('textbox', { name: 'Message' }).fill('13:00 to 15:30. Please fill bottles before lunch.')
  await ingrid.page.getByRole('button', { name: /^Send/ }).click()
  await ingrid.page.getByRole('dialog').getByRole('button', { name: /^Send/ }).click()
  await expect(ingrid.page).toHaveURL(/\/admin\/broadcasts\/[0-9a-f]{24}$/)
  await expect(
    ingrid.page.getByRole('complementary', { name: 'Broadcast' }).getByRole('heading', { name: 'Water off today' }),
  ).toBeVisible()

  await expect(kofi.page.getByRole('link', { name: /Announcements.*Water off today/ })).toBeVisible()
  await kofi.page.getByRole('link', { name: /Announcements.*Water off today/ }).tap()
  await expect(log(kofi).getByRole('heading', { name: 'Water off today' })).toBeVisible()
  await expect(kofi.page.getByRole('textbox', { name: /^Message/ })).toHaveCount(0)

  const later = await signUp('Hannah Weiss')
  await later.page.getByRole('link', { name: 'Announcements' }).first().click()
  await expect(log(later).getByText('Please fill bottles before lunch.')).toBeVisible()
  await expect(later.page).not.toHaveTitle(/\(1\)/)
})

test('a member is turned away from the admin panel', async ({ signUp, server }) => {
  await signUp('Ingrid Solheim')
  const kofi = await signUp('Kofi Boateng')
  await expect(kofi.page.getByRole('link', { name: 'Admin' })).toHaveCount(0)
  await kofi.page.goto(`${server.url}/admin/broadcasts/new`)
  await expect(kofi.page.getByText('Only admins can open this')).toBeVisible()
})
