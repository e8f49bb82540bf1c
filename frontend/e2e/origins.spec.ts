import { expect, log, openChatWith, PASSWORD, send, test as base, usernameOf, type Visitor } from './fixtures.ts'
import { arabicName, photo, tone } from './helpers/mediaFiles.ts'
import { startPageHost, type PageHost } from './helpers/pageHost.ts'
import { startRealServer, type RealServer } from './server.ts'

/** `signUp` of the fixtures goes to `server.url`, which is the page here. */
const test = base.extend<{ host: PageHost; api: RealServer; site: 'same' | 'other' }>({
  site: ['same', { option: true }],
  host: async ({}, use) => {
    const host = await startPageHost()
    await use(host)
    await host.close()
  },
  api: async ({ host, site }, use) => {
    const api = await startRealServer({
      ALLOWED_ORIGINS: host.origin,
      ...(site === 'other' && { COOKIE_SAME_SITE: 'none', SECURE_COOKIES: 'true' }),
    })
    await host.build(originOf(api, site))
    await use(api)
    await api.remove()
  },
  server: async ({ host, api }, use) => use({ ...api, url: host.origin }),
})

/** Another port is another origin of the same site; a numeric address is another site than `localhost`. */
const originOf = ({ url }: RealServer, site: 'same' | 'other') =>
  site === 'same' ? url : url.replace('localhost', '127.0.0.1')

for (const site of ['same', 'other'] as const) {
  test.describe(site === 'same' ? 'a page on another origin of the same site' : 'a page on another site', () => {
    test.use({ site })
    // Each builds the page anew.
    test.slow()

    test('signs up, stays signed in, talks, shows pictures, saves files and signs out', async ({
      signUp,
      host,
      api,
    }) => {
      const amara = await signUp('Amara Okafor')
      const yuki = await signUp('Yuki Tanaka')
      await openChatWith(yuki, 'Amara Okafor')
      await openChatWith(amara, 'Yuki Tanaka')
      await send(amara, 'From there to here')
      await expect(log(yuki).getByText('From there to here')).toBeVisible()
      await send(yuki, 'And back')
      await expect(log(amara).getByText('And back')).toBeVisible()

      const asked = new Set<string>()
      amara.page.on('request', (request) => asked.add(new URL(request.url()).origin))
      await amara.page
        .locator('input[data-attach]')
        .setInputFiles([await photo(amara.page, 'Plan.jpg', 1120, 640), arabicName, tone()])
      await expect(amara.page.getByRole('list', { name: 'Files to send' }).getByRole('listitem')).toHaveCount(3)
      await send(amara, 'Three files')
      await expect(log(yuki).getByText('Three files')).toBeVisible({ timeout: 30_000 })
      await expectPicture(yuki)
      await log(yuki)
        .getByRole('button', { name: /^Play: / })
        .click()
      await expect(log(yuki).getByRole('button', { name: /^Pause: / })).toBeVisible()
      expect([...asked].filter((origin) => origin !== 'null').toSorted()).toContain(originOf(api, site))

      // A picture would be shown in the page's place, if the server did not say that it is to be saved.
      await log(yuki).locator('.media-picture').click()
      const link = yuki.page.getByRole('dialog').getByRole('link', { name: 'Download Plan.jpg' })
      const [saved] = await Promise.all([yuki.page.waitForEvent('download'), link.click()])
      expect(saved.suggestedFilename()).toBe('Plan.jpg')
      await yuki.page.keyboard.press('Escape')

      await amara.page.goto(`${host.origin}/admin/audit`)
      const [list] = await Promise.all([
        amara.page.waitForEvent('download'),
        amara.page.getByRole('link', { name: 'Export CSV' }).click(),
      ])
      expect(list.suggestedFilename()).toBe('audit.csv')

      await yuki.page.reload()
      await expect(log(yuki).getByText('Three files')).toBeVisible()
      await expectPicture(yuki)
      expect(new URL(yuki.page.url()).origin).toBe(host.origin)

      await yuki.page.getByRole('button', { name: 'Your profile' }).click()
      await yuki.page.getByRole('menuitem', { name: 'Sign out' }).click()
      await expect(yuki.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
      expect(await yuki.context.cookies(originOf(api, site))).toEqual([])
    })

    test("a stranger's page cannot do the same", async ({ signUp, api }) => {
      const amara = await signUp('Amara Okafor')
      const stranger = await startPageHost()
      const page = await amara.context.newPage()
      await page.goto(stranger.origin)
      const tried = await page.evaluate(
        async ([origin, login, password]) => {
          const ask = (path: string, init: RequestInit) =>
            fetch(`${origin}${path}`, { credentials: 'include', ...init }).then(
              (answer) => `${answer.status}`,
              () => 'unreadable',
            )
          const post = { method: 'POST', headers: { 'Content-Type': 'application/json' } }
          const socket = await new Promise((resolve) => {
            const ws = new WebSocket(`${origin?.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
            ws.addEventListener('open', () => resolve('open'))
            ws.addEventListener('error', () => resolve('refused'))
          })
          return {
            me: await ask('/api/auth/me', {}),
            login: await ask('/api/auth/login', { ...post, body: JSON.stringify({ login, password }) }),
            form: await ask('/api/auth/logout', { method: 'POST', mode: 'no-cors' }),
            socket,
          }
        },
        [originOf(api, site), usernameOf(amara.name), PASSWORD],
      )
      await stranger.close()
      expect(tried).toEqual({ me: 'unreadable', login: 'unreadable', form: '0', socket: 'refused' })
      // The form was sent with their cookies where they come along, and refused: she is still signed in.
      await amara.page.reload()
      await expect(amara.page.getByRole('heading', { name: 'Chats' })).toBeVisible()
    })
  })
}

async function expectPicture(visitor: Visitor): Promise<void> {
  const picture = log(visitor).locator('.media-picture')
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0))
    .toBe(true)
}
