import { expect, log, openChatWith, send, test, type Visitor } from './fixtures.ts'

const conversationOf = ({ page }: Visitor): string => new URL(page.url()).pathname.split('/').at(-1) ?? ''

async function textsOf({ context }: Visitor, url: string, conversationId: string): Promise<string[]> {
  const answer = await context.request.get(`${url}/api/messages/${conversationId}?limit=100`)
  const { items } = (await answer.json()) as { items: { text: string }[] }
  return items.map(({ text }) => text)
}

async function goOffline({ page, context }: Visitor): Promise<void> {
  await context.setOffline(true)
  await expect(page.getByText(/^Offline/).first()).toBeVisible({ timeout: 50_000 })
}

/** What is done from the menu of a message. */
async function choose({ page }: Visitor, text: string, action: string): Promise<void> {
  // Its beginning: behind the middle of a short one stands the time.
  await page
    .getByRole('log')
    .getByText(text, { exact: true })
    .click({ button: 'right', position: { x: 4, y: 8 } })
  await page.getByRole('menuitem', { name: action }).click()
}

async function rewrite(visitor: Visitor, text: string, better: string): Promise<void> {
  await choose(visitor, text, 'Edit')
  await visitor.page.getByRole('textbox', { name: 'Edit message' }).fill(better)
  await visitor.page.keyboard.press('Enter')
}

async function remove(visitor: Visitor, text: string): Promise<void> {
  await choose(visitor, text, 'Delete')
  await visitor.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
}

test('what was sent offline survives the reload, and is there exactly once when the connection is back', async ({
  signUp,
  server,
}) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Yuki Tanaka')
  const conversationId = conversationOf(amara)
  await send(amara, 'Before')
  await openChatWith(yuki, 'Amara Okafor')
  await expect(log(yuki).getByText('Before')).toBeVisible()

  await goOffline(amara)
  await send(amara, 'Written offline')
  await send(amara, 'And after it')
  await expect(log(amara).getByText('Sending', { exact: true })).toHaveCount(2)
  await expect(
    amara.page.getByText('Offline. 2 messages are waiting and will be sent when you are back online.'),
  ).toBeVisible()
  // Nothing answers: the browser shows its own page.
  await amara.page.reload().catch(() => {})
  await amara.context.setOffline(false)
  await amara.page.goto(`${server.url}/c/${conversationId}`)

  await expect(log(yuki).getByText('And after it')).toBeVisible({ timeout: 30_000 })
  await expect(log(yuki).getByText('Written offline')).toHaveCount(1)
  await expect(log(amara).getByText('Written offline')).toHaveCount(1)
  await expect(log(amara).getByText('Sending', { exact: true })).toHaveCount(0)
  expect(await textsOf(yuki, server.url, conversationId)).toEqual(['Before', 'Written offline', 'And after it'])
})

test('edits and deletions are seen at the other side, live', async ({ signUp, server }) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Yuki Tanaka')
  for (const text of ['See you at sevn', 'Wrong window', 'Good night']) await send(amara, text)
  await openChatWith(yuki, 'Amara Okafor')
  await expect(log(yuki).getByText('Good night')).toBeVisible()

  await rewrite(amara, 'See you at sevn', 'See you at seven')
  await expect(log(yuki).getByText('See you at seven')).toBeVisible()
  await log(yuki)
    .getByRole('button', { name: /^edited/ })
    .click()
  await expect(yuki.page.getByRole('dialog').getByText('See you at sevn', { exact: true })).toBeVisible()
  await yuki.page.keyboard.press('Escape')

  await remove(amara, 'Wrong window')
  await expect(log(yuki).getByText('This message was deleted')).toBeVisible()
  await expect(yuki.page.getByText('Wrong window')).toHaveCount(0)
  await remove(amara, 'Good night')
  await expect(yuki.page.getByRole('link', { name: /Amara Okafor/ })).toContainText('This message was deleted')
  expect(await textsOf(yuki, server.url, conversationOf(yuki))).toEqual(['See you at seven', '', ''])
})

test('edits and deletions made or missed offline are seen after coming back', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Yuki Tanaka')
  for (const text of ['First', 'Second', 'Third', 'Fourth']) await send(amara, text)
  await openChatWith(yuki, 'Amara Okafor')
  await expect(log(yuki).getByText('Fourth')).toBeVisible()

  // Missed by one.
  await goOffline(yuki)
  await rewrite(amara, 'First', 'First, but better')
  await remove(amara, 'Second')
  await expect(log(amara).getByText('This message was deleted')).toBeVisible()
  await yuki.context.setOffline(false)
  await expect(log(yuki).getByText('First, but better')).toBeVisible({ timeout: 30_000 })
  await expect(log(yuki).getByText('This message was deleted')).toHaveCount(1)

  // Made by the other one.
  await goOffline(amara)
  await rewrite(amara, 'Third', 'Third, but better')
  await remove(amara, 'Fourth')
  await expect(log(amara).getByText('Third, but better')).toBeVisible()
  await expect(
    amara.page.getByText('Offline. 2 changes are waiting and will be sent when you are back online.'),
  ).toBeVisible()
  await expect(log(yuki).getByText('Third', { exact: true })).toBeVisible()
  await amara.context.setOffline(false)
  await expect(log(yuki).getByText('Third, but better')).toBeVisible({ timeout: 30_000 })
  await expect(log(yuki).getByText('This message was deleted')).toHaveCount(2)
})

test('typing, delivery and reading are seen as they happen', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  const hannah = await signUp('Hannah Weiss')
  await openChatWith(amara, 'Yuki Tanaka')
  await hannah.page.close()

  await send(amara, 'Good morning')
  // Yuki's page has it, but Yuki has not opened the conversation.
  await expect(log(amara).getByText('Delivered', { exact: true })).toBeAttached()
  await expect(amara.page.getByRole('link', { name: /Yuki Tanaka/ })).toContainText('Delivered')
  await yuki.page.getByRole('link', { name: /Amara Okafor/ }).click()
  await expect(log(amara).getByText('Read', { exact: true })).toBeAttached()

  await yuki.page.getByRole('textbox', { name: /^Message/ }).pressSequentially('Good m')
  await expect(log(amara).getByText('Yuki is typing')).toBeVisible()
  await expect(amara.page.getByRole('link', { name: /Yuki Tanaka/ })).toContainText('typing…')
  await yuki.page.getByRole('textbox', { name: /^Message/ }).fill('')
  await expect(log(amara).getByText('Yuki is typing')).toHaveCount(0)

  // A user without a connection gets nothing yet.
  await openChatWith(amara, 'Hannah Weiss')
  await send(amara, 'For later')
  await expect(log(amara).getByText('Sent', { exact: true })).toBeAttached()
  await expect(amara.page.getByText(/^Last seen /)).toBeVisible()
})

test('who hides read receipts neither shows nor sees them', async ({ signUp, server }) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await yuki.page.goto(`${server.url}/settings/privacy`)
  await yuki.page.getByRole('switch', { name: 'Hide read receipts' }).click()
  await expect(yuki.page.getByRole('switch', { name: 'Hide read receipts' })).toBeChecked()
  await yuki.page.goto(server.url)

  await openChatWith(amara, 'Yuki Tanaka')
  await send(amara, 'Are you there?')
  await yuki.page.getByRole('link', { name: /Amara Okafor/ }).click()
  await send(yuki, 'I am')
  await expect(log(amara).getByText('I am')).toBeVisible()
  await expect(log(yuki).getByText('Delivered', { exact: true })).toBeAttached()
  await expect(log(amara).getByText('Read', { exact: true })).toHaveCount(0)
  await choose(amara, 'Are you there?', 'Info')
  await expect(
    amara.page.getByRole('dialog').getByText('Not shown, because the other person hides their read receipts'),
  ).toBeVisible()
})
