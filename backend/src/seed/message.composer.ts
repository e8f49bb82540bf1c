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
 * All messages of a conversation in their order: its script with everyday exchanges strewn in, the script's last at the end.
 * The same `seed` gives the same texts, whatever time it is.
 */
export function compose(
  { between, script, length = 0, minutesAgo, days }: DemoConversation,
  now: Date,
  seed: number,
): ComposedMessage[] {
  // Times take as many random numbers as the clock makes them need, so they have a source of their own.
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

/** What came in the last two hours keeps its time, also when the demo is made at night. */
function newestOf(minutesAgo: number, now: Date, random: Random): Date {
  const newest = ago(now, { minutes: minutesAgo })
  return minutesAgo < 120 ? newest : new Date(awake(newest.getTime(), random))
}

/** Exchanges of `messages` messages at most, which speak of neither of the two; none twice before all were there. */
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

/** `own` keeps its order. */
function strewn(own: Exchange[], others: Exchange[], random: Random): Exchange[] {
  const places = random.shuffled([...own.map(() => true), ...others.map(() => false)])
  const [ownLeft, othersLeft] = [[...own], [...others]]
  return places.flatMap((isOwn) => (isOwn ? ownLeft : othersLeft).splice(0, 1))
}

function count(exchanges: Exchange[]): number {
  return exchanges.flat().length
}
