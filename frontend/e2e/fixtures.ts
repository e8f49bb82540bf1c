import {
  test as base,
  expect,
  type Browser,
  type BrowserContext,
  type ConsoleMessage,
  type Page,
} from '@playwright/test'
import { includeSharedWorkers } from './helpers/sharedWorkers.ts'
import { startRealServer, type RealServer } from './server.ts'

export { expect } from '@playwright/test'

/** A person with a browser of their own. */
export interface Visitor {
  name: string
  page: Page
  context: BrowserContext
}

interface Fixtures {
  server: RealServer
  /** Opens a browser window and signs up. The first one is the admin. */
  signUp: (name: string, options?: Parameters<Browser['newContext']>[0] & { hoursAhead?: number }) => Promise<Visitor>
}

export const PASSWORD = 'correct horse battery'
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

/** `Amara Okafor` -> `amara.okafor` */
export const usernameOf = (name: string): string => name.toLowerCase().replaceAll(' ', '.')

/** Ended sessions, strangers' conversations, old invitations and a killed server are what some tests are about. */
const EXPECTED_ERRORS =
  /status of (?:40[149]|410)|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INTERNET_DISCONNECTED|WebSocket connection to/

/** The server does not know a polling connection any more that was cut. */
const isOfLostLine = (message: ConsoleMessage): boolean =>
  message.location().url.includes('/socket.io/') && message.text().includes('status of 400')

export const test = base.extend<Fixtures>({
  server: async ({}, use) => {
    const server = await startRealServer()
    await use(server)
    await server.remove()
  },

  signUp: async ({ browser, server }, use) => {
    const contexts: BrowserContext[] = []
    const complaints: string[] = []
    await use(async (name, { hoursAhead = 0, ...options } = {}) => {
      const context = await browser.newContext(options)
      contexts.push(context)
      if (hoursAhead !== 0) await context.addInitScript(shiftClock, hoursAhead)
      includeSharedWorkers(context)
      const page = await context.newPage()
      page.on('pageerror', (error) => complaints.push(`${name}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error' && !EXPECTED_ERRORS.test(message.text()) && !isOfLostLine(message))
          complaints.push(`${name}: ${message.text()}`)
      })
      await signUpAt(page, server.url, name)
      return { name, page, context }
    })
    for (const context of contexts) await context.close()
    // An exception or a refused resource (the content security policy speaks here) fails whatever else went well.
    expect(complaints).toEqual([])
  },
})

/** Signs a person up at the server of this address, and waits for the list of chats. */
export async function signUpAt(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/signup`)
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Username').fill(usernameOf(name))
  await page.getByLabel('E-mail').fill(`${usernameOf(name)}@example.org`)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible()
}

/** Sets the clock that scripts read. It runs in the page. */
function shiftClock(hours: number): void {
  const RealDate = Date
  const now = (): number => RealDate.now() + hours * 3_600_000
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
  })
}

/** Finds the person by the search field and opens the conversation. */
export async function openChatWith({ page }: Visitor, name: string): Promise<void> {
  await page.getByRole('button', { name: 'New conversation' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('searchbox').fill(name.slice(0, 4))
  await dialog.getByRole('button', { name }).click()
  await expect(page.getByRole('heading', { name })).toBeVisible()
}

export async function send({ page }: Visitor, text: string): Promise<void> {
  await page.getByRole('textbox', { name: /^Message/ }).fill(text)
  await page.getByRole('textbox', { name: /^Message/ }).press('Enter')
}

/** The messages of the open conversation. */
export const log = ({ page }: Visitor) => page.getByRole('log')

/** Counts the connections of the server, as its admin sees them. */
export async function connectionsOf({ context }: Pick<Visitor, 'context'>, url: string): Promise<number> {
  const answer = await context.request.get(`${url}/api/admin/stats`)
  const { now } = (await answer.json()) as { now: { connections: number } }
  return now.connections
}
