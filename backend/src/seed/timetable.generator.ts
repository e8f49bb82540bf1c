import type { Random } from './random.generator.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Outside these hours of the local day the school sends nothing. */
const [DAY_BEGINS, DAY_ENDS] = [7, 21]

/**
 * Returns the times of a conversation's messages: ascending, minutes apart within an exchange, hours apart between two,
 * and none at night.
 * @param lengths how many messages each exchange has
 * @param newest the time of the last message
 * @param days over about how many days they are spread
 */
export function timetable(lengths: readonly number[], newest: Date, days: number, random: Random): Date[] {
  const begin = newest.getTime() - days * DAY
  const times: number[] = []
  let cursor = newest.getTime()
  for (let left = lengths.length; left > 0; left -= 1) {
    for (let messages = lengths[left - 1] ?? 0; messages > 0; messages -= 1) {
      times.push(cursor)
      cursor -= random.between(0.3, 4) * MINUTE
    }
    const share = Math.max(cursor - begin, 0) / left
    cursor = awake(cursor - share * random.between(0.4, 1.4) - 10 * MINUTE, random)
  }
  return times.toReversed().map((time) => new Date(time))
}

/** Returns the time itself by day; by night a time in the afternoon or evening before. */
export function awake(time: number, random: Random): number {
  const at = new Date(time)
  const hours = at.getHours()
  if (hours >= DAY_BEGINS && hours < DAY_ENDS) return time
  at.setHours(DAY_ENDS, 0, 0, 0)
  const evening = hours < DAY_BEGINS ? at.getTime() - DAY : at.getTime()
  return evening - random.between(0, 8) * HOUR
}

/** Returns the time before `now`. */
export function ago(now: Date, amount: { days?: number; hours?: number; minutes?: number }): Date {
  return new Date(
    now.getTime() - (amount.days ?? 0) * DAY - (amount.hours ?? 0) * HOUR - (amount.minutes ?? 0) * MINUTE,
  )
}
