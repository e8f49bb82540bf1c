import type { BrowserContext, CDPSession } from '@playwright/test'

const OFFLINE = { offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 }

/** Opens a session with the browser itself. Playwright knows nothing of shared workers. */
async function browserSession(context: BrowserContext): Promise<CDPSession> {
  const browser = context.browser()
  if (!browser) throw new Error('The context belongs to no browser')
  return browser.newBrowserCDPSession()
}

/** Returns the ids of the shared workers of a context. It must have a page. */
async function workersOf(context: BrowserContext, session: CDPSession): Promise<string[]> {
  const [page] = context.pages()
  if (!page) return []
  const ofPage = await context.newCDPSession(page)
  const { targetInfo } = await ofPage.send('Target.getTargetInfo')
  await ofPage.detach()
  const { targetInfos } = await session.send('Target.getTargets')
  return targetInfos.flatMap(({ type, targetId, browserContextId }) =>
    type === 'shared_worker' && browserContextId === targetInfo.browserContextId ? [targetId] : [],
  )
}

/** Counts the shared workers of a context. */
export async function countSharedWorkers(context: BrowserContext): Promise<number> {
  const session = await browserSession(context)
  const { length } = await workersOf(context, session)
  await session.detach()
  return length
}

/** Kills the shared workers of a context, as a browser without memory does. Returns their number. */
export async function killSharedWorkers(context: BrowserContext): Promise<number> {
  const session = await browserSession(context)
  const workers = await workersOf(context, session)
  for (const targetId of workers) await session.send('Target.closeTarget', { targetId })
  await session.detach()
  return workers.length
}

/** Runs a script in the shared workers of a context. */
export async function runInSharedWorkers(context: BrowserContext, expression: string): Promise<void> {
  const session = await browserSession(context)
  for (const targetId of await workersOf(context, session))
    await ask(session, targetId, [['Runtime.evaluate', { expression }]])
  await session.detach()
}

/** Makes `setOffline` of a context cut off its shared workers too, which Playwright forgets. */
export function includeSharedWorkers(context: BrowserContext): void {
  const setOffline = context.setOffline.bind(context)
  /** The emulation ends with its session. */
  let session: CDPSession | null = null
  context.setOffline = async (offline) => {
    await session?.detach()
    session = null
    if (offline) {
      const cutting = await browserSession(context)
      session = cutting
      for (const targetId of await workersOf(context, cutting)) await cutOff(cutting, targetId)
    }
    await setOffline(offline)
  }
}

function cutOff(session: CDPSession, targetId: string): Promise<void> {
  return ask(session, targetId, [
    ['Network.enable', {}],
    ['Network.emulateNetworkConditions', OFFLINE],
  ])
}

/** Gives commands to a worker. They hold while the session is open. Resolves after the answer to the last one. */
async function ask(session: CDPSession, targetId: string, commands: [method: string, params: object][]): Promise<void> {
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false })
  const answered = new Promise<void>((resolve) =>
    session.on('Target.receivedMessageFromTarget', (event) => {
      const { id } = JSON.parse(event.message) as { id?: number }
      if (event.sessionId === sessionId && id === commands.length) resolve()
    }),
  )
  for (const [index, [method, params]] of commands.entries())
    await session.send('Target.sendMessageToTarget', {
      sessionId,
      message: JSON.stringify({ id: index + 1, method, params }),
    })
  await answered
}
