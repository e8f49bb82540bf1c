import { expect } from 'vitest'
import type { Report, World } from './run.ts'

/** The kinds of requests that the model makes. */
const REQUESTS = [
  'sendMessage',
  'editMessage',
  'deleteMessage',
  'markRead',
  'markUnread',
  'markDelivered',
  'sync',
  'refresh',
  'createGroup',
  'renameGroup',
  'addMember',
  'report',
  'GET /api/chats',
  'GET /api/messages',
]

/**
 * Checks that the runs together had each fault, so that their result says something.
 * @param all whether the runs were so many that the faults at random have happened too
 */
export function expectEveryFault({ proxy }: World, reports: readonly Report[], { all }: { all: boolean }): void {
  const total = (count: (report: Report) => number) => reports.reduce((sum, report) => sum + count(report), 0)
  const faults = {
    ...(all && { ...proxy.counts, kill: total(({ kills }) => kills) }),
    buffer: proxy.counts.buffer,
    swallow: proxy.counts.swallow,
    jump: total(({ jumps }) => jumps),
    polling: total(({ polled }) => polled),
    otherUser: total(({ otherUsers }) => otherUsers),
    ...Object.fromEntries(REQUESTS.map((kind) => [`lost ${kind}`, total(({ lost }) => lost.get(kind) ?? 0)])),
  }
  for (const [fault, count] of Object.entries(faults)) expect(count, fault).toBeGreaterThan(0)
  const kinds = new Set(reports.flatMap(({ lost }) => [...lost.keys()]))
  expect([...kinds].filter((kind) => !REQUESTS.includes(kind))).toEqual([])
}
