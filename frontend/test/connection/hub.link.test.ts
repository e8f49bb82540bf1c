import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { TAKEN_EVERY, type Told, type ToHub, type ToTab } from '../../src/connection/connection.protocol.ts'
import { openHubLink } from '../../src/connection/hub.link.ts'
import type * as Tabs from '../../src/lib/tabs.ts'

/** A hub's end of a port. It answers when the test says so. */
class FakePort {
  onmessage: ((event: { data: ToTab }) => void) | null = null
  readonly said: ToHub[] = []
  isAnswering = true
  postMessage(message: ToHub): void {
    this.said.push(message)
    if (!this.isAnswering) return
    if (message.kind === 'attach') this.give({ kind: 'attached', lock: 'worker' })
    if (message.kind === 'ping') this.give({ kind: 'pong' })
  }
  give(data: ToTab): void {
    this.onmessage?.({ data })
  }
}

const workers: FakePort[] = []
const owns: FakePort[] = []
let isStarting = true
class FakeWorker {
  readonly port = new FakePort()
  addEventListener = (): void => {}
  constructor() {
    this.port.isAnswering = isStarting
    workers.push(this.port)
  }
}

let workerEnds = (): void => {}
vi.mock(import('../../src/lib/tabs.ts'), async (original) => ({
  ...(await original()),
  holdForLife: async () => true,
  onEnd: ((_, ended) => {
    workerEnds = ended
    return () => {}
  }) as typeof Tabs.onEnd,
}))
vi.mock(import('../../src/connection/worker.address.ts'), () => ({
  WORKER_ADDRESS: '/worker.js',
  trustedWorkerAddress: () => '/worker.js',
}))
vi.mock(import('../../src/connection/ownConnection.hub.ts'), () => ({
  openOwnHub: () => {
    const port = new FakePort()
    owns.push(port)
    return port as unknown as MessagePort
  },
}))

const heard: Told[] = []
let losses = 0

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('SharedWorker', FakeWorker)
  workers.length = 0
  owns.length = 0
  heard.length = 0
  losses = 0
  isStarting = true
  onTestFinished(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })
})

async function openLink() {
  const link = openHubLink(
    'amara',
    (message) => heard.push(message),
    () => (losses += 1),
  )
  onTestFinished(() => link.close())
  // Not only timers: the own hub is loaded when it is needed.
  await vi.advanceTimersByTimeAsync(0)
  return link
}

/** Waits while the own hub is loaded. */
const ownHub = () => vi.waitFor(() => expect(owns).toHaveLength(1))

it('[E7] a tab uses the worker, says now and then what it has taken, and leaves it when it closes', async () => {
  const link = await openLink()
  const [worker] = workers
  expect(worker?.said).toEqual([
    { kind: 'attach', lock: expect.stringContaining('parley.tab.') as string, pollingUntil: null },
  ])
  for (let count = 1; count <= 2 * TAKEN_EVERY; count += 1) worker?.give({ kind: 'connected' })
  expect(worker?.said.slice(1)).toEqual([
    { kind: 'taken', count: TAKEN_EVERY },
    { kind: 'taken', count: 2 * TAKEN_EVERY },
  ])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(owns).toHaveLength(0)
  link.close()
  expect(worker?.said.at(-1)).toEqual({ kind: 'detach' })
})

it('[E7] without shared workers a tab has a connection of its own', async () => {
  Reflect.deleteProperty(globalThis, 'SharedWorker')
  await openLink()
  await ownHub()
  await vi.advanceTimersByTimeAsync(0)
  owns[0]?.give({ kind: 'connected' })
  expect(heard).toEqual([{ kind: 'connected' }])
})

it('[E7] a tab does not wait for a worker that does not start, and goes to it when it answers late', async () => {
  isStarting = false
  await openLink()
  await vi.advanceTimersByTimeAsync(1500)
  await ownHub()
  await vi.advanceTimersByTimeAsync(0)
  owns[0]?.give({ kind: 'connected' })
  expect(heard).toEqual([{ kind: 'connected' }])
  workers[0]?.give({ kind: 'attached', lock: 'worker' })
  expect(losses).toBe(1)
  expect(owns[0]?.said.at(-1)).toEqual({ kind: 'detach' })
  owns[0]?.give({ kind: 'disconnected' })
  workers[0]?.give({ kind: 'connected' })
  expect(heard).toEqual([{ kind: 'connected' }, { kind: 'connected' }])
})

it('[E7] when the worker ends, the tab starts another one at once, and gives up after three short lives', async () => {
  await openLink()
  workerEnds()
  expect(losses).toBe(1)
  expect(workers).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(0)
  workers[1]?.give({ kind: 'connected' })
  expect(heard).toEqual([{ kind: 'connected' }])
  workerEnds()
  await vi.advanceTimersByTimeAsync(0)
  expect(workers).toHaveLength(3)
  workerEnds()
  await ownHub()
  expect(workers).toHaveLength(3)
})

it('[E7] a tab leaves a worker that hangs, and goes back when it answers again', async () => {
  await openLink()
  const [worker] = workers
  if (!worker) throw new Error('no worker')
  worker.isAnswering = false
  await vi.advanceTimersByTimeAsync(5000)
  await ownHub()
  await vi.advanceTimersByTimeAsync(0)
  expect(losses).toBe(1)
  // It answers what waited: a ping, and the tab's second request to attach.
  worker.give({ kind: 'pong' })
  worker.give({ kind: 'attached', lock: 'worker' })
  expect(losses).toBe(2)
  worker.give({ kind: 'connected' })
  expect(heard).toEqual([{ kind: 'connected' }])
})
