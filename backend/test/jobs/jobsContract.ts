import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { newPlace, openHouse, QUICK, type House } from './house.ts'
import { programOf } from '../helpers/programs.ts'

const WORKER = fileURLToPath(new URL('worker.child.ts', import.meta.url))
const PATIENCE = { timeout: 15_000, interval: 20 }
const soon = (milliseconds: number) => new Date(Date.now() + milliseconds)

/** A promise that another caller settles. */
function gate() {
  const events = new EventEmitter()
  return { open: () => void events.emit('open'), opened: once(events, 'open') }
}

async function left({ Job }: House) {
  return (await Job.find().lean()).map(({ _id, kind, state, tries }) => ({ _id, kind, state, tries }))
}

/** The cases that every way of running jobs must pass. */
export function jobsContract(mongoUri: string | null, rabbitUrl: () => string | null): void {
  const house = async () => openHouse(await newPlace(mongoUri, rabbitUrl()))

  test('a job is done with its payload and leaves no row', async () => {
    const here = await house()
    const done: string[] = []
    const node = await here.started(here.node({ note: async ({ text }) => void done.push(text) }))
    const texts = Array.from({ length: 20 }, (_, index) => `note ${index}`)
    await Promise.all(texts.map((text) => node.add('note', { text })))
    await node.add('note', { text: 'Grüße 🎉' }, { id: 'a' })
    await expect.poll(() => done.toSorted(), PATIENCE).toEqual([...texts, 'Grüße 🎉'].toSorted())
    await expect.poll(() => left(here), PATIENCE).toEqual([])
    expect(await node.stats()).toEqual({ note: { waiting: 0, queued: 0, running: 0, dead: 0, done: 21, failed: 0 } })
  })

  test('one of two nodes does a job, also when it takes longer than a lease', async () => {
    const here = await house()
    const [at, done, twice] = [new Set<string>(), [] as string[], [] as string[]]
    const note = async ({ text }: { text: string }) => {
      if (at.has(text)) twice.push(text)
      at.add(text)
      await sleep(text.startsWith('long') ? 2500 : 20)
      at.delete(text)
      done.push(text)
    }
    const [one, other] = [await here.started(here.node({ note })), await here.started(here.node({ note }))]
    const texts = [...Array.from({ length: 40 }, (_, index) => `note ${index}`), 'long 1', 'long 2']
    await Promise.all(
      texts.map((text, index) =>
        (index % 2 === 0 ? one : other).add('note', { text }, index % 3 === 0 ? {} : { id: text }),
      ),
    )
    await expect.poll(() => done.length, PATIENCE).toBe(texts.length)
    expect([done.toSorted(), twice]).toEqual([texts.toSorted(), []])
    await expect.poll(() => left(here), PATIENCE).toEqual([])
  })

  test('a failed job is tried again, each time later, and is dead after the last try; requeued, it starts again', async () => {
    const here = await house()
    const tries: number[] = []
    let isBroken = true
    const note = async () => {
      tries.push(performance.now())
      if (isBroken) throw new Error('no way')
    }
    const node = await here.started(here.node({ note }, { tries: 4 }))
    await node.add('note', { text: 'hopeless' })
    await expect
      .poll(() => node.dead(), PATIENCE)
      .toMatchObject([{ kind: 'note', payload: { text: 'hopeless' }, error: 'Error: no way' }])
    const waits = tries.slice(1).map((time, index) => time - (tries[index] ?? 0))
    expect(waits.map((wait, index) => wait >= 60 * 2 ** index * 0.8)).toEqual([true, true, true])
    expect(await node.stats()).toMatchObject({ note: { waiting: 0, dead: 1, done: 0, failed: 4 } })
    isBroken = false
    const [dead] = await node.dead()
    expect(await node.requeue(['note:another'])).toBe(0)
    expect(await node.requeue([dead?.id ?? ''])).toBe(1)
    await expect.poll(() => left(here), PATIENCE).toEqual([])
    expect(tries).toHaveLength(5)
  })

  test('a repeated id adds no second job while it waits, runs it once more while it runs, and restarts it when dead', async () => {
    const here = await house()
    const [begun, go] = [gate(), gate()]
    const texts: string[] = []
    const note = async ({ text }: { text: string }) => {
      texts.push(text)
      if (text === 'bad') throw new Error('no')
      if (texts.length > 1) return
      begun.open()
      await go.opened
    }
    const [early, node] = [here.node(), here.node({ note }, { tries: 1 })]
    for (let times = 0; times < 3; times += 1) await early.add('note', { text: `first ${times}` }, { id: 'one' })
    await here.started(node)
    await begun.opened
    await Promise.all([
      node.add('note', { text: 'again' }, { id: 'one' }),
      node.add('note', { text: 'again' }, { id: 'one' }),
    ])
    go.open()
    await expect.poll(() => left(here), PATIENCE).toEqual([])
    expect(texts).toEqual(['first 0', 'first 0'])

    await node.add('note', { text: 'bad' }, { id: 'two' })
    await expect.poll(async () => (await node.dead()).length, PATIENCE).toBe(1)
    await node.add('note', { text: 'good' }, { id: 'two' })
    await expect.poll(() => left(here), PATIENCE).toEqual([])
    expect(texts.slice(2)).toEqual(['bad', 'good'])
  })

  test('a job with a time is done then, the earlier of two times counts, and a handler can set the next time', async () => {
    const here = await house()
    const times: number[] = []
    const start = Date.now()
    const note = async () => {
      times.push(Date.now() - start)
      return times.length === 1 ? soon(500) : undefined
    }
    const node = await here.started(here.node({ note }))
    await node.add('note', { text: 'later' }, { id: 'a', at: soon(60_000) })
    await node.add('note', { text: 'sooner' }, { id: 'a', at: soon(700) })
    await node.add('note', { text: 'later again' }, { id: 'a', at: soon(60_000) })
    expect(await node.stats()).toMatchObject({ note: { waiting: 1, done: 0 } })
    await expect.poll(() => left(here), PATIENCE).toEqual([])
    expect(times).toHaveLength(2)
    const [first = 0, second = 0] = times
    expect([first >= 700, second - first >= 500]).toEqual([true, true])
  })

  test('perform runs a job at once; when it fails or runs elsewhere, it is done later', async () => {
    const here = await house()
    const [begun, go] = [gate(), gate()]
    const done: string[] = []
    let failures = 1
    const note = async ({ text }: { text: string }) => {
      if (text === 'fails' && failures-- > 0) throw new Error('not yet')
      if (text === 'long' && done.length === 2) {
        begun.open()
        await go.opened
      }
      done.push(text)
    }
    const [node, other] = [here.node({ note }), await here.started(here.node({ note }))]
    // Also on a node that has not started.
    expect(await node.perform('note', { text: 'now' }, 'a')).toBe(true)
    expect(done).toEqual(['now'])
    expect(await other.perform('note', { text: 'fails' }, 'b')).toBe(false)
    await expect.poll(() => done, PATIENCE).toEqual(['now', 'fails'])
    await other.add('note', { text: 'long' }, { id: 'c' })
    await begun.opened
    expect(await node.perform('note', { text: 'long' }, 'c')).toBe(false)
    go.open()
    await expect.poll(() => done, PATIENCE).toEqual(['now', 'fails', 'long', 'long'])
    await expect.poll(() => left(here), PATIENCE).toEqual([])
  })

  test('a closing node finishes its running jobs and begins no others; an interrupted job counts as not begun', async () => {
    const here = await house()
    const [begun, go] = [gate(), gate()]
    const done: string[] = []
    let isOpen = true
    const note = async ({ text }: { text: string }, signal: AbortSignal) => {
      if (text === 'finished') {
        begun.open()
        await go.opened
        done.push(text)
      }
      if (text === 'interrupted' && isOpen)
        await new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('interrupted'))),
        )
      if (text !== 'finished') done.push(text)
    }
    const node = await here.started(here.node({ note }, { atOnce: 2 }))
    await node.add('note', { text: 'interrupted' })
    await node.add('note', { text: 'finished' })
    await begun.opened
    const closing = node.close()
    isOpen = false
    const third = here.node()
    await third.add('note', { text: 'waits' })
    go.open()
    await closing
    expect(done).toEqual(['finished'])
    const next = await here.started(here.node({ note }))
    await expect.poll(() => done.toSorted(), PATIENCE).toEqual(['finished', 'interrupted', 'waits'])
    await expect.poll(() => left(here), PATIENCE).toEqual([])
    expect(await next.stats()).toMatchObject({ note: { done: 2, failed: 0 } })
  })

  test.for(['', 'one'])(
    '[JOB1] a job of the id "%s" whose process is killed in the middle comes again and is done',
    { timeout: 40_000 },
    async (id) => {
      const place = await newPlace(mongoUri, rabbitUrl())
      const child = spawn(process.execPath, [programOf(WORKER), JSON.stringify(place), ...(id ? [id] : [])], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      expect(await once(createInterface({ input: child.stdout }), 'line')).toEqual(['begun'])
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      const here = await openHouse(place)
      const done: string[] = []
      await here.started(here.node({ note: async ({ text }) => void done.push(text) }))
      await expect.poll(() => done, PATIENCE).toEqual(['survives'])
      await expect.poll(() => left(here), PATIENCE).toEqual([])
    },
  )

  test('a job that ends its process each time is dead in the end', async () => {
    const here = await house()
    const done: string[] = []
    const node = here.node({ note: async ({ text }) => void done.push(text) })
    await node.add('note', { text: 'poison' }, { id: 'a' })
    await here.Job.updateOne(
      {},
      { $set: { state: 'running', tries: QUICK.tries, lease: 'of one that was killed', dueAt: new Date() } },
    )
    await here.started(node)
    await expect
      .poll(() => node.dead(), PATIENCE)
      .toMatchObject([{ id: 'note:a', error: 'The process ended before the job was done.' }])
    expect(done).toEqual([])
  })

  test('a repeated job runs on one node at a time, again and again, however often it fails', async () => {
    const here = await house()
    let [runs, atOnce, most] = [0, 0, 0]
    const tick = async () => {
      most = Math.max(most, (atOnce += 1))
      await sleep(30)
      atOnce -= 1
      runs += 1
      if (runs % 2 === 0) throw new Error('each second time')
    }
    const options = { everyMs: 100, atStart: true }
    for (const node of [here.node({}, { tries: 2 }), here.node({}, { tries: 2 })]) {
      node.repeat('tick', options, tick)
      await here.started(node)
    }
    await expect.poll(() => runs, PATIENCE).toBeGreaterThan(9)
    expect(most).toBe(1)
    expect(await left(here)).toMatchObject([{ _id: 'tick:tick' }])
  })
}
