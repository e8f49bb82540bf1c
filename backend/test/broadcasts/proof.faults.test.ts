import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { LedgerCounts } from '../../src/contract/index.ts'
import { createRandom } from '../../src/seed/random.generator.ts'
import { call, client, person, type Answer, type Person } from '../helpers/people.ts'
import { programOf } from '../helpers/programs.ts'

const SERVER = fileURLToPath(new URL('../deliveryModel/server.child.ts', import.meta.url))
const RECIPIENTS = 500
/** Enough that some always work, few enough for two cores. */
const AT_ONCE = 25
const ACKNOWLEDGED_BEFORE_KILL = 120
/** These recipients never acknowledge. */
const SILENT = 40
const COUNTED = ['queued', 'delivered', 'opened', 'acknowledged'] as const

test(
  '[LED1] while 500 recipients acknowledge, reconnect and lose the server, the ledger adds up at every read',
  { timeout: 300_000 },
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-ledger-'))
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
    const place: Place = { url: '', isUp: Promise.resolve() }
    let child = await start(dataDir, place)
    const admin = await person(place, 'admin')
    const recipients: Person[] = []
    await eachOf(
      Array.from({ length: RECIPIENTS }, (_, index) => index),
      async (index) => void recipients.push(await person(place, `reader${index}`)),
    )
    const path = '/api/admin/broadcasts'
    const ask = (who: Person, method: string, path: string, body?: unknown) =>
      untilAnswered(place, () => call(place, method, path, who.accessToken, body))
    const { id } = (
      await ask(admin, 'POST', path, {
        title: 'Fire drill',
        text: 'Leave by the north door.',
        needsAcknowledgement: true,
      })
    ).body
    const { seq } = (await ask(admin, 'POST', `${path}/${id}/send`, {})).body

    const looks: { counts: LedgerCounts; atLeast: number }[] = []
    let done = 0
    const over = new AbortController()
    const looking = (async () => {
      while (!over.signal.aborted) {
        const atLeast = done
        const { status, body } = await ask(admin, 'GET', `${path}/${id}/counts`)
        // A fast server answers more than a hundred a second, and then refuses some.
        expect([200, 429]).toContain(status)
        if (status === 200) looks.push({ counts: body, atLeast })
      }
    })()

    const random = createRandom(7)
    let restarted = Promise.resolve()
    const restart = async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
      child = await start(dataDir, place)
    }
    const [silent, speaking] = [recipients.slice(0, SILENT), recipients.slice(SILENT)]
    await eachOf(speaking, async (someone) => {
      const way = random.pick([0, 1, 2])
      if (way === 0) await reconnect(place, someone)
      if (way === 1) await ask(someone, 'POST', '/api/messages/00000000000000000000000b/read', { seq })
      const answer = await ask(someone, 'POST', `/api/broadcasts/${id}/acknowledge`, { revision: 1 })
      expect(answer.status).toBe(200)
      // Sent twice, as after a lost answer.
      if (way === 2) await ask(someone, 'POST', `/api/broadcasts/${id}/acknowledge`, { revision: 1 })
      done += 1
      if (done === ACKNOWLEDGED_BEFORE_KILL) place.isUp = restarted = restart()
    })
    await restarted
    over.abort()
    await looking

    for (const { counts, atLeast } of looks) {
      expect([counts.recipients, COUNTED.reduce((sum, state) => sum + counts[state], 0)]).toEqual([
        RECIPIENTS,
        RECIPIENTS,
      ])
      expect(COUNTED.every((state) => counts[state] >= 0)).toBe(true)
      // Every acknowledged request is stored, in spite of the kills.
      expect(counts.acknowledged).toBeGreaterThanOrEqual(atLeast)
    }
    expect(looks.length).toBeGreaterThan(10)
    const heights = looks.map(({ counts }) => counts.acknowledged)
    expect(heights).toEqual(heights.toSorted((a, b) => a - b))
    const { body: counts } = await ask(admin, 'GET', `${path}/${id}/counts`)
    expect(counts).toEqual({
      recipients: RECIPIENTS,
      queued: SILENT,
      delivered: 0,
      opened: 0,
      acknowledged: RECIPIENTS - SILENT,
    })

    const csv = await fetch(`${place.url}${path}/${id}/ledger.csv`, {
      headers: { authorization: `Bearer ${admin.accessToken}` },
    })
    const lines = (await csv.text())
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(','))
    expect([lines.length, namesIn(lines, 'queued')]).toEqual([
      RECIPIENTS,
      silent.map(({ user }) => user.username).toSorted(),
    ])
    expect(namesIn(lines, 'acknowledged')).toHaveLength(counts.acknowledged)
    expect((await ask(admin, 'POST', `${path}/${id}/remind`, {})).body).toEqual({ recipients: SILENT })
    const { body: reminded } = await ask(admin, 'GET', `${path}/${id}/ledger?limit=100&state=queued`)
    expect(reminded.items.every(({ remindedAt }: { remindedAt: string | null }) => remindedAt !== null)).toBe(true)
    child.kill('SIGTERM')
    await once(child, 'exit')
  },
)

interface Place {
  url: string
  /** Pending while the server is down. */
  isUp: Promise<void>
}

async function start(dataDir: string, place: Place): Promise<ChildProcess> {
  const child = spawn(process.execPath, [programOf(SERVER), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [port] = await once(createInterface({ input: child.stdout }), 'line')
  place.url = `http://127.0.0.1:${port}`
  return child
}

/** Returns the usernames of the CSV rows of a state. */
function namesIn(lines: string[][], state: string): string[] {
  return lines.flatMap(([name = '', , its]) => (its === state ? [name] : [])).toSorted()
}

/** Repeats a request until the server is back. The requests may be repeated. */
async function untilAnswered(place: Place, ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      await place.isUp
    }
  }
}

/** Connects, syncs, and disconnects. */
async function reconnect(place: { url: string }, { accessToken }: Person): Promise<void> {
  const socket = client(place, accessToken)
  const over = new Promise<void>((resolve) => {
    socket.on('connect_error', () => resolve())
    socket.on('disconnect', () => resolve())
    socket.on('connect', () => socket.emit('sync', { since: null, held: {} }, () => resolve()))
  })
  socket.connect()
  await over
  socket.disconnect()
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
