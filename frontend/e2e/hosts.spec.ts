import type { Page } from '@playwright/test'
import { expect, PASSWORD, test as base, usernameOf } from './fixtures.ts'
import { startRealServer, type RealServer } from './server.ts'

/** A second Parley on another port of the same host: a browser sends the cookies of a host to all its ports. */
const test = base.extend<{ neighbour: RealServer }>({
  neighbour: async ({}, use) => {
    const neighbour = await startRealServer()
    await use(neighbour)
    await neighbour.remove()
  },
})

const NAME = 'Amara Okafor'
const chats = (page: Page) => page.getByRole('heading', { name: 'Chats' })
const welcome = (page: Page) => page.getByRole('heading', { name: 'Welcome back' })

test('[E9] signing in and out of one Parley leaves the other on the same host signed in', async ({
  signUp,
  neighbour,
}) => {
  // Two servers start.
  test.slow()
  const { page: first, context } = await signUp(NAME)
  const second = await context.newPage()
  const isSignedIn = async (page: Page) => {
    await page.reload()
    await expect(chats(page)).toBeVisible()
  }
  const signOut = async (page: Page) => {
    await page.getByRole('button', { name: 'Your profile' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(welcome(page)).toBeVisible()
  }

  await second.goto(`${neighbour.url}/signup`)
  await second.getByLabel('Your name').fill(NAME)
  await second.getByLabel('Username').fill(usernameOf(NAME))
  await second.getByLabel('E-mail').fill('amara@example.org')
  await second.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await second.getByRole('button', { name: 'Create account' }).click()
  await expect(chats(second)).toBeVisible()
  await isSignedIn(first)

  await signOut(second)
  await isSignedIn(first)
  // The sign-in page of the second refreshes nothing of the first, and clears nothing.
  await second.reload()
  await expect(welcome(second)).toBeVisible()
  await isSignedIn(first)

  await second.getByLabel(/Username or e-mail/i).fill(usernameOf(NAME))
  await second.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await second.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(chats(second)).toBeVisible()
  await signOut(first)
  await isSignedIn(second)
})
