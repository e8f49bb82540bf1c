import { expect, log, openChatWith, send, test } from './fixtures.ts'

test('kill -9 in the middle loses nothing that was acknowledged, and the page comes back by itself', async ({
  signUp,
  server,
}) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Yuki Tanaka')
  await send(amara, 'Acknowledged before the crash')
  await expect(log(amara).getByText('Sent', { exact: true }).first()).toBeAttached()
  await openChatWith(yuki, 'Amara Okafor')
  await expect(log(yuki).getByText('Acknowledged before the crash')).toBeVisible()

  await server.kill()
  await expect(amara.page.getByText(/Offline/).first()).toBeVisible()
  await send(amara, 'Written while the server is down')
  await expect(log(amara).getByText('Written while the server is down')).toBeVisible()
  await server.start()

  await expect(log(yuki).getByText('Written while the server is down')).toBeVisible({ timeout: 30_000 })
  await expect(log(yuki).getByText('Acknowledged before the crash')).toHaveCount(1)
  await yuki.page.reload()
  await expect(log(yuki).getByText('Acknowledged before the crash')).toBeVisible()
  await expect(log(yuki).getByText('Written while the server is down')).toHaveCount(1)
})

test('messages that are being written when the server is killed arrive exactly once and in order', async ({
  signUp,
  server,
}) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Yuki Tanaka')
  const texts = Array.from({ length: 30 }, (_, index) => `Message number ${index + 1}.`)
  for (const [index, text] of texts.entries()) {
    await send(amara, text)
    if (index === 14) await server.kill()
    if (index === 20) await server.start()
  }
  await openChatWith(yuki, 'Amara Okafor')
  await expect(log(yuki).getByText('Message number 30.')).toBeVisible({ timeout: 30_000 })
  const conversationId = new URL(yuki.page.url()).pathname.split('/').at(-1)
  const answer = await yuki.context.request.get(`${server.url}/api/messages/${conversationId}?limit=100`)
  const { items } = (await answer.json()) as { items: { seq: number; text: string }[] }
  expect(items.map(({ text }) => text)).toEqual(texts)
  expect(items.map(({ seq }) => seq)).toEqual(texts.map((_, index) => index + 1))
})

test('what was missed while offline is there after coming back', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Yuki Tanaka')
  await send(amara, 'First')
  await openChatWith(yuki, 'Amara Okafor')
  await expect(log(yuki).getByText('First')).toBeVisible()

  await yuki.context.setOffline(true)
  await expect(yuki.page.getByText(/Offline/).first()).toBeVisible({ timeout: 50_000 })
  for (let index = 1; index <= 5; index += 1) await send(amara, `Missed ${index}`)
  await expect(log(amara).getByText('Missed 5')).toBeVisible()
  await yuki.context.setOffline(false)
  await expect(log(yuki).getByText('Missed 5')).toBeVisible({ timeout: 30_000 })
  await expect(log(yuki).getByText('Missed 1')).toBeVisible()
})

test('SIGTERM tells the pages, and ends with code 0', async ({ signUp, server }) => {
  const amara = await signUp('Amara Okafor')
  expect(await server.stop()).toBe(0)
  await expect(amara.page.getByText(/Offline/).first()).toBeVisible()
  await server.start()
  await expect(amara.page.getByText(/Offline/)).toHaveCount(0, { timeout: 30_000 })
})
