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
 * Returns the faults that the runs together did not have, so that their result says something. A kind of request that this file does not
 * list is one of them.
 * @param all whether the runs were so many that the faults at random must have happened too
 */
export function missingFaults({ proxy }: World, reports: readonly Report[], { all }: { all: boolean }): string[] {
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
  const kinds = new Set(reports.flatMap(({ lost }) => [...lost.keys()]))
  return [
    ...Object.entries(faults).flatMap(([fault, count]) => (count === 0 ? [fault] : [])),
    ...[...kinds].filter((kind) => !REQUESTS.includes(kind)),
  ]
}
