import { expect, log, openChatWith, PASSWORD, PHONE, send, test, usernameOf } from './fixtures.ts'

test('two people sign up, find each other and talk in real time', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka', PHONE)

  await openChatWith(amara, 'Yuki Tanaka')
  await expect(amara.page.getByText('Online', { exact: true }).first()).toBeVisible()
  await send(amara, 'Good morning, Yuki')
  await expect(log(amara).getByText('Good morning, Yuki')).toBeVisible()

  const row = yuki.page.getByRole('link', { name: /Amara Okafor/ })
  await expect(row).toContainText('Good morning, Yuki')
  await expect(yuki.page).toHaveTitle(/\(1\)/)
  await row.tap()
  await expect(log(yuki).getByText('Good morning, Yuki')).toBeVisible()
  await expect(yuki.page).not.toHaveTitle(/\(/)
  await expect(log(amara).getByText('Read', { exact: true })).toBeVisible()

  await yuki.page.getByRole('textbox', { name: /^Message/ }).fill('おはようございます 🌞')
  await yuki.page.getByRole('button', { name: 'Send' }).tap()
  await expect(log(amara).getByText('おはようございます 🌞')).toBeVisible()

  await yuki.page.goBack()
  await expect(yuki.page.getByRole('heading', { name: 'Chats' })).toBeVisible()
})

test('a reload of a deep link shows the same conversation, and the draft in it', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Yuki Tanaka')
  await send(amara, 'Before the reload')
  await amara.page.getByRole('textbox', { name: /^Message/ }).fill('Half a thought')
  expect(amara.page.url()).toMatch(/\/c\/[0-9a-f]{24}$/)
  await amara.page.reload()
  await expect(log(amara).getByText('Before the reload')).toBeVisible()
  await expect(amara.page.getByRole('textbox', { name: /^Message/ })).toHaveValue('Half a thought')
})

test('two tabs of one person agree on what was said and what was read', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  const second = await yuki.context.newPage()
  await second.goto('about:blank')
  await second.goto(yuki.page.url())
  await openChatWith(amara, 'Yuki Tanaka')
  await send(amara, 'In both tabs')
  await expect(yuki.page.getByRole('link', { name: /Amara Okafor/ })).toContainText('In both tabs')
  await expect(second.getByRole('link', { name: /Amara Okafor/ })).toContainText('In both tabs')
  await second.getByRole('link', { name: /Amara Okafor/ }).click()
  await expect(second).not.toHaveTitle(/\(1\)/)
  await expect(yuki.page).not.toHaveTitle(/\(1\)/)
})

test('signing out in one tab signs out the other, and signing in again finds everything', async ({
  signUp,
  server,
}) => {
  const amara = await signUp('Amara Okafor')
  await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Yuki Tanaka')
  await send(amara, 'Kept')
  await expect(log(amara).getByText('Kept')).toBeVisible()
  const second = await amara.context.newPage()
  await second.goto(server.url)
  await expect(second.getByRole('link', { name: /Yuki Tanaka/ })).toBeVisible()

  await amara.page.getByRole('button', { name: 'Your profile' }).click()
  await amara.page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(amara.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
  await expect(second.getByRole('heading', { name: 'Welcome back' })).toBeVisible()

  await second.getByLabel(/Username or e-mail/i).fill(usernameOf('Amara Okafor'))
  await second.getByLabel('Password', { exact: true }).fill('not the password')
  await second.getByRole('button', { name: 'Sign in' }).click()
  await expect(second.getByText('The name or the password is wrong.')).toBeVisible()
  await second.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await second.getByRole('button', { name: 'Sign in' }).click()
  await expect(second.getByRole('link', { name: /Yuki Tanaka/ })).toContainText('Kept')
})

test("the address of another user's conversation shows that there is none", async ({ signUp, server }) => {
  const amara = await signUp('Amara Okafor')
  await signUp('Yuki Tanaka')
  const mallory = await signUp('Mallory Quint')
  await openChatWith(amara, 'Yuki Tanaka')
  await send(amara, 'Between us')
  await expect(log(amara).getByText('Between us')).toBeVisible()
  await mallory.page.goto(new URL(new URL(amara.page.url()).pathname, server.url).href)
  await expect(mallory.page.getByText(/does not exist|not in it/)).toBeVisible()
  await expect(mallory.page.getByText('Between us')).toHaveCount(0)
})

test('a long conversation is scrolled back to its beginning, and keeps its place while it grows above', async ({
  signUp,
  server,
}) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Yuki Tanaka')
  const conversationId = new URL(amara.page.url()).pathname.split('/').at(-1)
  for (let index = 1; index <= 160; index += 1) {
    const answer = await amara.context.request.post(`${server.url}/api/messages`, {
      data: { conversationId, text: `Line ${index}`, clientMessageId: `line-${index}` },
    })
    expect(answer.status()).toBe(201)
  }
  await yuki.page.goto(`${server.url}/c/${conversationId}`)
  await expect(yuki.page.getByText('New messages')).toBeVisible()
  const scroller = log(yuki)
  await expect(scroller).toBeVisible()
  await scroller.hover()
  await expect(async () => {
    await yuki.page.mouse.wheel(0, -2000)
    await expect(scroller.getByText('Line 1', { exact: true })).toBeVisible({ timeout: 300 })
  }).toPass()
  await yuki.page.getByRole('button', { name: /newest message/ }).click()
  await expect(scroller.getByText('Line 160', { exact: true })).toBeVisible()
})
