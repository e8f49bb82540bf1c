import { fold } from '../contract/index.ts'
import type { DemoConversation } from './conversations.data.ts'
import { createRandom, type Random } from './random.generator.ts'
import { fillSlots, readScript, type Exchange, type Line } from './script.parser.ts'
import { EVERYDAY } from './texts/everyday.text.ts'
import { ago, awake, timetable } from './timetable.generator.ts'

export interface ComposedMessage extends Line {
  createdAt: Date
}

/**
 * Returns the messages of a conversation in their order: its script with everyday exchanges in between, and the
 * script's last exchange at the end. The same `seed` gives the same texts at any time of day.
 */
export function compose(
  { between, script, length = 0, minutesAgo, days }: DemoConversation,
  now: Date,
  seed: number,
): ComposedMessage[] {
  // Times get a random source of their own, because the number of values they use depends on the clock.
  const [texts, minutes] = [createRandom(seed), createRandom(seed)]
  const own = readScript(script)
  const last = own.splice(-1)
  const exchanges = [...strewn(own, everyday(length - count([...own, ...last]), between, texts), texts), ...last]
  const times = timetable(
    exchanges.map((exchange) => exchange.length),
    newestOf(minutesAgo, now, minutes),
    days,
    minutes,
  )
  return exchanges.flat().map(({ speaker, text }, index) => ({ speaker, text, createdAt: times[index] ?? now }))
}

/** A message of the last two hours keeps its time, also when the demo is made at night. */
function newestOf(minutesAgo: number, now: Date, random: Random): Date {
  const newest = ago(now, { minutes: minutesAgo })
  return minutesAgo < 120 ? newest : new Date(awake(newest.getTime(), random))
}

/**
 * Returns exchanges of at most `messages` messages that mention neither user. None comes twice before all have come.
 */
function everyday(messages: number, between: readonly string[], random: Random): Exchange[] {
  const all = readScript(EVERYDAY)
  const chosen: Exchange[] = []
  let left = messages
  for (let deck: Exchange[] = []; ;) {
    if (deck.length === 0) deck = random.shuffled(all)
    const next = deck.pop()
    if (!next || next.length > left) return chosen
    const exchange = fillSlots(next, random)
    if (exchange.some(({ text }) => between.some((username) => fold(text).includes(username)))) continue
    left -= exchange.length
    chosen.push(exchange)
  }
}

/** Mixes two lists. `own` keeps its order. */
function strewn(own: Exchange[], others: Exchange[], random: Random): Exchange[] {
  const places = random.shuffled([...own.map(() => true), ...others.map(() => false)])
  const [ownLeft, othersLeft] = [[...own], [...others]]
  return places.flatMap((isOwn) => (isOwn ? ownLeft : othersLeft).splice(0, 1))
}

function count(exchanges: Exchange[]): number {
  return exchanges.flat().length
}
