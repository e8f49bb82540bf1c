import { violations } from './helpers/axe.ts'
import { expect, log, openChatWith, PHONE, send, test } from './fixtures.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, options] of Object.entries({ desktop: {}, phone: PHONE })) {
    test(`axe finds nothing on any view, ${size}, ${colorScheme}`, async ({ signUp, server, browser }) => {
      const ingrid = await signUp('Ingrid Solheim', { ...options, colorScheme })
      const kofi = await signUp('Kofi Boateng')
      await openChatWith(kofi, 'Ingrid Solheim')
      for (const text of ['Good morning', 'See https://example.org for the plan', 'صباح الخير', '🎉'])
        await send(kofi, text)
      await kofi.page.getByText('🎉').first().waitFor()
      await ingrid.context.request.post(`${server.url}/api/messages`, {
        data: { receiverId: 'all', title: 'Hall closed', text: 'Until noon.', clientMessageId: 'one' },
      })
      await expect(ingrid.page.getByRole('link', { name: /Kofi Boateng/ })).toBeVisible()
      const found = await violations(ingrid.page)
      await ingrid.page.getByRole('link', { name: /Kofi Boateng/ }).click()
      await expect(log(ingrid).getByText('Good morning')).toBeVisible()
      await send(ingrid, 'Hello Kofi')
      found.push(...(await violations(ingrid.page)))
      for (const path of [
        '/announcements',
        '/people',
        '/settings',
        '/settings/shortcuts',
        '/admin/broadcasts',
        '/admin/broadcasts/new',
        '/nowhere',
      ]) {
        await ingrid.page.goto(server.url + path)
        await expect(ingrid.page.getByRole('heading').first()).toBeVisible()
        found.push(...(await violations(ingrid.page)))
      }
      const stranger = await (await browser.newContext({ ...options, colorScheme })).newPage()
      for (const path of ['/login', '/signup']) {
        await stranger.goto(server.url + path)
        await expect(stranger.getByRole('heading').first()).toBeVisible()
        found.push(...(await violations(stranger)))
      }
      expect(found).toEqual([])
    })
  }
}
