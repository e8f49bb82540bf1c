import type { Page } from '@playwright/test'
import { expect, PASSWORD, test, usernameOf, type Visitor } from './fixtures.ts'

const about = (on: Page) => on.getByLabel('About you')
const status = (on: Page) => on.getByLabel('Status')
const save = (on: Page) => on.getByRole('button', { name: 'Save' })

/** Signs a person in on another device and opens the same page. */
async function otherDevice({ page, name }: Visitor, device: Page): Promise<void> {
  const url = new URL(page.url())
  await device.request.post(`${url.origin}/api/auth/login`, { data: { login: usernameOf(name), password: PASSWORD } })
  await device.goto(page.url())
}

test('[E1] a profile that two devices edit is never overwritten unseen, and other fields are kept', async ({
  signUp,
  browser,
}) => {
  const amara = await signUp('Amara Okafor')
  const { page } = amara
  await page.goto(new URL('/settings/profile', page.url()).href)
  const context = await browser.newContext()
  const device = await context.newPage()
  await otherDevice(amara, device)
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
