import { createServer, request as ask, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { connectionsOf, expect, log, openChatWith, PASSWORD, send, test, usernameOf } from './fixtures.ts'

/** The walls between a page and its server: proxies, old browsers, other languages; and what a visitor's console shows. */

/** `client_max_body_size` of nginx where its configuration names none. */
const NGINX_BODY_MAX = 1024 * 1024

function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return complaints
}

async function fillSignup(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Username').fill(usernameOf(name))
  await page.getByLabel('E-mail').fill(`${usernameOf(name)}@example.org`)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
}

test('the console is clean before the sign-in, at the sign-up, in the chat, after a reload and after the sign-out', async ({
  page,
  server,
}) => {
  const complaints = complaintsOf(page)
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.goto(server.url)
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  expect(asked.filter((path) => path.startsWith('/api/auth/'))).toEqual(['/api/auth/session'])
  await page.goto(`${server.url}/signup`)
  await fillSignup(page, 'Amara Okafor')
  await expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible()
  await expect(page.getByText('You are the admin, because this is the first account.')).toBeVisible()

  asked.length = 0
  await page.reload()
  await expect(page.getByText('No conversations yet')).toBeVisible()
  // The connection is in a worker, whose requests the page does not show.
  await expect.poll(() => connectionsOf({ context: page.context() }, server.url)).toBe(1)
  await expect(page.getByText('You are the admin')).toHaveCount(0)
  expect(asked.filter((path) => path.startsWith('/api/auth/'))).toEqual(['/api/auth/session'])

  await page.getByRole('button', { name: 'Your profile' }).click()
  await page.getByText('Sign out').click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  expect(complaints).toEqual([])
})

for (const feature of ['Intl.Segmenter', 'Array.prototype.toSorted', 'HTMLElement.prototype.showPopover'])
  test(`a browser without ${feature} shows a sentence with the oldest browsers in place of the sign-in`, async ({
    page,
    server,
  }) => {
    await page.addInitScript((path: string) => {
      const names = path.split('.')
      const last = names.pop() ?? ''
      const owner = names.reduce<object>((value, name) => Reflect.get(value, name) as object, globalThis)
      Reflect.deleteProperty(owner, last)
    }, feature)
    await page.goto(`${server.url}/login`)
    await expect(page.getByText('This browser is too old for Parley.')).toBeVisible()
    await expect(page.getByText(/Chrome or Edge 119, Firefox 128, Safari 17/)).toBeVisible()
    await expect(page.getByText('The files of Parley could not be loaded')).toBeHidden()
    await expect(page.getByRole('button', { name: 'Sign in' })).toHaveCount(0)
  })

test('below a path of a host the page says that Parley needs a host name of its own', async ({ page, server }) => {
  const proxy = await startProxy((path) => (path.startsWith('/chat/') ? server.url + path.slice('/chat'.length) : null))
  await page.goto(`${proxy.url}/chat/`)
  await expect(page.getByText('Parley needs a host name of its own')).toBeVisible()
  await proxy.close()
  await page.goto(server.url)
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await expect(page.getByText('Parley needs a host name of its own')).toBeHidden()
})

test('behind a proxy that changes the Host header the page signs in on localhost, and on plain HTTP says what the admin should set', async ({
  page,
  server,
  browser,
}) => {
  const proxy = await startProxy((path) => server.url + path)
  await page.goto(`${proxy.url}/signup`)
  await fillSignup(page, 'Amara Okafor')
  await expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible()

  // A browser sends Sec-Fetch-Site to no server of plain HTTP but this machine's own.
  const context = await browser.newContext({ proxy: { server: proxy.url } })
  const other = await context.newPage()
  await other.goto('http://chat.test/login')
  await other.getByLabel('Username or e-mail').fill('amara.okafor')
  await other.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await other.getByRole('button', { name: 'Sign in' }).click()
  await expect(other.getByText('proxy_set_header Host $http_host;')).toBeVisible()
  await context.close()
  await proxy.close()
})

test('a page of the web server in front of Parley in place of an answer is worded', async ({ page, server }) => {
  await page.goto(`${server.url}/login`)
  const answers = { 413: /refuses this much at once/, 502: /gets no answer/, 504: /gets no answer/ }
  for (const [status, words] of Object.entries(answers)) {
    await page.route('**/api/auth/login', (route) =>
      route.fulfill({
        status: Number(status),
        contentType: 'text/html',
        body: '<html><h1>Sorry</h1><hr>nginx</html>',
      }),
    )
    await page.getByLabel('Username or e-mail').fill('amara')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText(words)).toBeVisible()
    await page.unroute('**/api/auth/login')
    await page.reload()
  }
})

test('a file goes through a web server that refuses more than 1 MiB at once, as nginx does by default', async ({
  page,
  context,
  server,
}) => {
  test.slow()
  const refused: number[] = []
  const proxy = await startProxy(
    (path) => server.url + path,
    (bytes) => bytes > NGINX_BODY_MAX && refused.push(bytes) > 0,
  )
  await page.goto(`${proxy.url}/signup`)
  await fillSignup(page, 'Amara Okafor')
  await expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible()
  const yuki = { username: 'yuki', fullName: 'Yuki Tanaka', email: 'yuki@example.org', password: PASSWORD }
  expect(
    (await page.request.post(`${server.url}/api/auth/signup`, { data: { ...yuki, transport: 'bearer' } })).status(),
  ).toBe(201)
  const amara = { name: 'Amara Okafor', page, context }
  await openChatWith(amara, 'Yuki Tanaka')
  const file = { name: 'Minutes.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(2_500_000, 7) }
  await page.locator('input[data-attach]').setInputFiles(file)
  await send(amara, 'The minutes')
  await expect(log(amara).getByText('Sent', { exact: true })).toBeAttached({ timeout: 30_000 })
  await expect(log(amara).getByText('Minutes.bin')).toBeVisible()
  expect(refused).toHaveLength(1)
  await proxy.close()
})

for (const locale of ['ar-EG', 'fa-IR', 'mr-IN', 'en-US-u-nu-arab'])
  test(`in a browser of ${locale} the digits are those of the page's language`, async ({ signUp }) => {
    const { page } = await signUp('Amara Okafor', { locale })
    await page.getByRole('button', { name: 'New conversation' }).first().click()
    await page.keyboard.press('Escape')
    await page.goto(new URL('/settings', page.url()).href)
    await expect(page.getByRole('heading', { name: 'Settings' }).first()).toBeVisible()
    await page.goto(new URL('/admin/overview', page.url()).href)
    await expect(page.getByText('Overview').first()).toBeVisible()
    await expect(page.getByText(/[0-9]/).first()).toBeVisible()
    expect(await page.locator('body').innerText()).not.toMatch(/[٠-٩۰-۹०-९]/u)
  })

/**
 * Passes requests on with the Host header of the other server, as a bare `proxy_pass` does. @param targetOf null: 404
 * @param isTooLarge whether a body of so many bytes is refused with 413
 */
async function startProxy(
  targetOf: (path: string) => string | null,
  isTooLarge: (bytes: number) => boolean = () => false,
): Promise<{ url: string; close: () => Promise<void> }> {
  const proxy: Server = createServer((from, to) => {
    const { pathname, search } = new URL(from.url ?? '/', 'http://proxy.test')
    const target = targetOf(pathname + search)
    if (target === null) {
      to.writeHead(404).end()
      return
    }
    if (isTooLarge(Number(from.headers['content-length'] ?? 0))) {
      from.resume()
      to.writeHead(413, { 'content-type': 'text/html' }).end('<html><h1>413 Request Entity Too Large</h1></html>')
      return
    }
    const { host: _host, ...headers } = from.headers
    const sent = ask(target, { method: from.method, headers }, (answer: IncomingMessage) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(to)
    })
    sent.once('error', () => to.destroy())
    from.pipe(sent)
  })
  await new Promise<void>((resolve) => void proxy.listen(0, 'localhost', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = proxy.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    async close() {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
    },
  }
}
