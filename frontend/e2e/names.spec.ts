import { mkdirSync } from 'node:fs'
import { expect, PHONE, test } from './fixtures.ts'
import type { RealServer } from './server.ts'

const PILED = `Z${'\u0315'.repeat(79)}`
const pictures = process.env['PICTURES']

/** Signs up a user without a browser. */
async function account(server: RealServer, username: string, fullName: string) {
  const request = async (path: string, body: unknown, token?: string) => {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
    expect([path, response.ok]).toEqual([path, true])
    return response.json()
  }
  const email = `${username}@example.org`
  const { user, tokens } = await request('/api/auth/signup', {
    username,
    fullName,
    email,
    password: 'correct horse',
    transport: 'bearer',
  })
  return { id: user.id as string, post: (path: string, body: unknown) => request(path, body, tokens.accessToken) }
}

for (const { name, options } of [
  { name: 'wide', options: {} },
  { name: 'phone', options: PHONE },
]) {
  test(`${name}: equal names are told apart, and neither direction nor marks leave their text`, async ({
    server,
    signUp,
  }) => {
    const ingrid = await signUp('Ingrid Solheim', options)
    const { page } = ingrid
    const leila = await account(server, 'leila', 'ليلى حداد')
    const other = await account(server, 'leila.h', 'ليلى حداد')
    const zoe = await account(server, 'zoe', 'Zoe Piled')
    // Accounts from before the limit of marks keep such names.
    await page.route('**/api/**', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: (await response.text()).replaceAll('Zoe Piled', `${PILED} ${PILED}`) })
    })
    const me: { id: string } = await page.evaluate(async () => (await fetch('/api/auth/me')).json())
    const group = await leila.post('/api/groups/create', {
      name: 'العائلة',
      memberIds: [me.id, other.id, zoe.id],
      clientGroupId: 'family',
    })
    let count = 0
    const say = (from: typeof leila, text: string) =>
      from.post('/api/messages', { conversationId: group.id, text, clientMessageId: `names-${(count += 1)}` })
    await say(leila, 'هل نلتقي الساعة 7؟')
    await say(zoe, 'Hello')
    await say(zoe, `${PILED} ${PILED.repeat(3)}`)
    await say(other, '\u202eabc 123')
    await say(other, '\u200f12:30')
    await say(leila, 'See you')
    await say(leila, 'نعم')
    await leila.post('/api/messages', { receiverId: me.id, text: 'مرحبا Ingrid', clientMessageId: 'direct' })
    await zoe.post('/api/messages', { receiverId: me.id, text: PILED, clientMessageId: 'direct' })
    await page.reload()
    await page.getByRole('link', { name: /العائلة/ }).click()
    const log = page.getByRole('log')
    await expect(log.getByText('See you')).toBeVisible()
    await expect(log.getByText('@leila', { exact: true }).first()).toBeVisible()
    await expect(log.getByText('@leila.h', { exact: true }).first()).toBeVisible()
    // The times of texts that turn their direction have a line of their own.
    for (const text of ['\u202eabc 123', '\u200f12:30']) {
      const bubble = log.locator('.bubble', { hasText: text.slice(1) })
      await expect(bubble.locator('.bubble-meta')).toHaveCSS('position', 'static')
      await expect(bubble).toHaveCSS('overflow', 'clip')
    }
    if (pictures !== undefined) {
      mkdirSync(pictures, { recursive: true })
      await page.screenshot({ path: `${pictures}/${name}-group.png` })
      if (name === 'phone') await page.getByRole('link', { name: 'Back to chats' }).click()
      await page.getByRole('link', { name: /ليلى/ }).first().click()
      await page.screenshot({ path: `${pictures}/${name}-direct.png` })
      await page.goto(`${server.url}/`)
      await page.getByRole('link', { name: /العائلة/ }).waitFor()
      await page.screenshot({ path: `${pictures}/${name}-list.png` })
      await page.goto(`${server.url}/people`)
      await page.getByText('ليلى حداد').first().waitFor()
      await page.screenshot({ path: `${pictures}/${name}-people.png` })
    }
  })
}
