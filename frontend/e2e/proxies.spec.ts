import type { Page } from '@playwright/test'
import type { SendMessageInput } from 'backend/contract'
import { expect, type Visitor } from './fixtures.ts'
import { testThroughProxy as test } from './helpers/lines.fixtures.ts'
import { killSharedWorkers, runInSharedWorkers } from './helpers/sharedWorkers.ts'
import type { LineProxy } from './helpers/lineProxy.ts'

const TABS = 10
/** It takes ten seconds at most, on a machine that has time. One whose worker starts late opens a connection for each tab first. */
const SOON_MS = 60_000
/** A connection that died while the device slept is found 28 seconds after its last packet, if the sleep is not noticed. */
const AWAKE_MS = 25_000

/** What a proxy does to the connections. `isFirst`: only to those that are opened by a page that knows nothing of it. */
const FAULTS: [name: string, isFirst: boolean, harm: (line: LineProxy) => void][] = [
  ['refuses', true, (line) => (line.webSocket = 'refuse')],
  ['cuts', false, (line) => line.cut()],
  ['delays', false, (line) => (line.delayMs = 300)],
  ['swallows', true, (line) => (line.webSocket = 'swallow')],
  ['buffers', true, (line) => (line.webSocket = 'buffer')],
]

/** Lets the clock of the page or the worker jump, as after an hour of sleep. */
const SLEEP = `(() => {
  const now = Date.now.bind(Date)
  Date.now = () => now() + 3_600_000
})()`

for (const hasWorkers of [true, false]) {
  test(`[E7] a message reaches 1 and 10 tabs ${hasWorkers ? 'that share a worker' : 'without shared workers'} through each bad proxy, a change of the network and a sleep`, async ({
    signUp,
    server,
    line,
  }) => {
    // Twelve pages open at the same time.
    test.setTimeout(300_000)
    const amara = await signUp('Amara Okafor')
    const one = await signUp('Yuki Tanaka')
    const ten = await signUp('Kofi Boateng')
    const people = [one, ten]
    const ids = new Map<Visitor, string>()
    for (const each of people) {
      const { id } = (await (await each.context.request.get(`${server.url}/api/auth/me`)).json()) as { id: string }
      ids.set(each, id)
      if (!hasWorkers) await each.context.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'))
    }
    const pages = [one.page, ten.page]
    while (pages.length <= TABS) pages.push(await ten.context.newPage())
    const open = (page: Page) => page.goto(server.url)
    await Promise.all(pages.map(open))

    const expectTold = async (text: string, timeout = SOON_MS) => {
      for (const each of people) {
        const data: SendMessageInput = { receiverId: ids.get(each), text, clientMessageId: crypto.randomUUID() }
        expect((await amara.context.request.post(`${line.serverUrl}/api/messages`, { data })).ok()).toBe(true)
      }
      await Promise.all(
        pages.map((page) => expect(page.getByRole('link', { name: /Amara Okafor/ })).toContainText(text, { timeout })),
      )
    }
    await expectTold('Before')

    line.blackHole('webSocket')
    if (hasWorkers) for (const { context } of people) await runInSharedWorkers(context, SLEEP)
    else await Promise.all(pages.map((page) => page.evaluate(SLEEP)))
    await expectTold('Awake', AWAKE_MS)
    line.cut()

    for (const [name, isFirst, harm] of FAULTS) {
      harm(line)
      if (isFirst) {
        // A page that connected by polling would begin with it.
        for (const { page } of people) await page.evaluate(() => localStorage.removeItem('parley-polling-until'))
        // Without a tab the worker ends, and the first tab starts another one.
        await Promise.all(pages.map((page) => page.goto('about:blank')))
        if (hasWorkers) for (const { context } of people) await killSharedWorkers(context)
        await Promise.all(pages.map(open))
      }
      await expectTold(`It ${name}`)
      line.delayMs = 0
    }

    for (const { context } of people) await context.setOffline(true)
    await Promise.all(pages.map((page) => expect(page.getByText(/^Offline/).first()).toBeVisible()))
    for (const { context } of people) await context.setOffline(false)
    await expectTold('Online again')
  })
}
