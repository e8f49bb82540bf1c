import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { newId, person, request, type Person } from './people.ts'
import { startProcess, type ServerProcess } from './serverProcess.ts'
import { createSmallDisk, NO_SMALL_DISK, type SmallDisk } from './smallDisk.ts'

/** The memory and the disk of a small server. */
const MEMORY_MAX_BYTES = 512 * 1024 * 1024
const DISK_MEBIBYTES = 300

/** The tests share the processors with the server and with the attack, so some milliseconds are no fault. */
const NOISE_MS = 15

/** How often the memory of the server is looked at. */
const LOOK_MS = 25

export interface SmallServer {
  process: ServerProcess
  url: string
  /** Null where the system lets no process have a disk of its own. */
  disk: SmallDisk | null
  /** The most memory that the server and its children have held. */
  mostMemory(): number
}

/**
 * Starts the real server with a heap of 256 MiB on a disk of 300 MiB, and observes the memory of all its processes. A cgroup would count
 * the files of the disk too, since the disk is in memory. At the end the test fails when there was more than 512 MiB.
 */
export async function startSmallServer(variables: Record<string, string> = {}): Promise<SmallServer> {
  const disk = NO_SMALL_DISK === null ? await createSmallDisk(DISK_MEBIBYTES) : null
  const process = await startProcess({ NODE_OPTIONS: '--max-old-space-size=256', ...variables }, disk ?? undefined)
  let most = 0
  const look = () => (most = Math.max(most, residentBytes(process.child.pid ?? 0)))
  const looking = setInterval(look, LOOK_MS)
  onTestFinished(() => {
    clearInterval(looking)
    expect(process.child.exitCode).toBeNull()
    expect(most).toBeLessThan(MEMORY_MAX_BYTES)
  })
  return { process, url: `http://127.0.0.1:${process.port}`, disk, mostMemory: () => most }
}

/** The memory that a process and its children hold (Linux); 0 on other systems. */
function residentBytes(pid: number): number {
  try {
    const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean)
    return Number(pages) * 4096 + children.reduce((sum, child) => sum + residentBytes(Number(child)), 0)
  } catch {
    // It has ended meanwhile.
    return 0
  }
}

/** Two users who chat while others attack. */
export interface Bystanders {
  /** Sends a message, and returns the milliseconds until its acknowledgement. */
  chat(): Promise<number>
  /** Chats as long as the work takes, at least `least` times. Returns the milliseconds of each message. */
  chatDuring(work: Promise<unknown>, least?: number): Promise<number[]>
  /** Reads the conversation. Fails when a message is missing that was acknowledged. */
  expectNothingLost(): Promise<void>
}

/** A fast server acknowledges more messages than a user may send: 100 a second. */
const PACE_MS = 15

export async function createBystanders(server: { url: string }): Promise<Bystanders> {
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const socket = await ada.connect()
  await ben.connect()
  const acknowledged: string[] = []
  let conversationId = ''

  async function chat(): Promise<number> {
    const text = `Message ${acknowledged.length}`
    const begun = performance.now()
    const message = await request(socket, 'sendMessage', { receiverId: ben.id, text, clientMessageId: newId() })
    const time = performance.now() - begun
    acknowledged.push(text)
    conversationId = message.conversationId
    return time
  }

  return {
    chat,
    async chatDuring(work, least = 1) {
      const state = { isOver: false }
      const ended = work.finally(() => (state.isOver = true))
      const times: number[] = []
      while (!state.isOver || times.length < least) {
        times.push(await chat())
        await sleep(PACE_MS)
      }
      await ended
      return times
    },
    async expectNothingLost() {
      expect(await textsOf(ben, conversationId)).toEqual(acknowledged)
    },
  }
}

/** Reads the texts of a whole conversation, the oldest first. */
async function textsOf(reader: Person, conversationId: string): Promise<string[]> {
  const found = new Map<number, string>()
  for (let before = ''; ;) {
    const { status, body } = await reader.get(`/api/messages/${conversationId}?limit=100${before}`)
    expect(status).toBe(200)
    const items = body.items as { seq: number; text: string }[]
    for (const { seq, text } of items) found.set(seq, text)
    if (items.length === 0 || found.has(1)) break
    before = `&before=${Math.min(...found.keys())}`
  }
  return [...found].toSorted(([a], [b]) => a - b).map(([, text]) => text)
}

/** Returns the milliseconds that the median of acknowledgements may take under attack: twice as long as before. */
export function atMostTwice(before: readonly number[]): number {
  return 2 * median(before) + NOISE_MS
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
