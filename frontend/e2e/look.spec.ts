import { expect, log, openChatWith, PHONE, send, test } from './fixtures.ts'

for (const [size, options] of [
  ['a large screen', {}],
  ['a phone', PHONE],
] as const)
  test(`[G] on ${size} a conversation opens at what is new, and the jump button covers no message`, async ({
    signUp,
  }) => {
    const kofi = await signUp('Kofi Boateng')
    const amara = await signUp('Amara Okafor', options)
    await openChatWith(kofi, 'Amara Okafor')
    await send(kofi, 'Good morning')
    await amara.page.getByRole('link', { name: /Kofi Boateng/ }).click()
    const list = log(amara)
    // Each is read as it arrives, because the list stays at its end.
    for (let count = 1; count <= 24; count += 1) await send(kofi, `Message ${count}\nin two lines`)
    await expect(list.getByText('Message 24')).toBeInViewport()
    await amara.page.goto(new URL('/', amara.page.url()).href)
    for (let count = 25; count <= 26; count += 1) await send(kofi, `Message ${count}`)

    await amara.page.getByRole('link', { name: /Kofi Boateng/ }).click()
    await expect(list.getByRole('separator', { name: 'New messages' })).toBeInViewport()
    await expect(list.getByText('Message 26')).toBeInViewport()

    await list.focus()
    await amara.page.keyboard.press('Home')
    const button = amara.page.getByRole('button', { name: /Go to the newest/ })
    await expect(button).toBeVisible()
    const [place, messages] = await Promise.all([button.boundingBox(), list.boundingBox()])
    expect(place?.y ?? 0).toBeGreaterThanOrEqual((messages?.y ?? 0) + (messages?.height ?? Infinity))
    await button.click()
    await expect(list.getByText('Message 26')).toBeInViewport()
  })

test('[G] a name that runs right to left stays at the edge of the list', async ({ signUp }) => {
  // The first account is an admin, whose name has a badge.
  const amara = await signUp('Amara Okafor')
  await signUp('ليلى حداد')
  await amara.page.getByRole('button', { name: 'New conversation' }).first().click()
  await amara.page.getByRole('button', { name: 'New group' }).click()
  const row = amara.page.getByRole('dialog').locator('label').filter({ hasText: 'ليلى حداد' })
  const gap = await row.getByText('ليلى حداد').evaluate((name) => {
    const range = document.createRange()
    range.selectNodeContents(name)
    return range.getBoundingClientRect().left - name.getBoundingClientRect().left
  })
  expect(gap).toBeLessThan(4)
})
