import type { Random } from './random.generator.ts'

export interface Line {
  /** The speaker: the first or the second user. */
  speaker: 0 | 1
  text: string
}

/** A few lines without a pause. There may be hours between two exchanges. */
export type Exchange = Line[]

/**
 * Reads a script with one message a line. `a` or `b` and a space at its beginning name the speaker, `|` continues the
 * previous message on a new line, and an empty line ends the exchange.
 */
export function readScript(script: string): Exchange[] {
  return script
    .trim()
    .split(/\n{2,}/)
    .map(readExchange)
}

function readExchange(block: string): Exchange {
  const lines: Exchange = []
  for (const line of block.split('\n')) {
    const [mark, text] = [line.slice(0, 1), line.slice(2)]
    const before = lines.at(-1)
    if (mark === '|' && before) before.text += `\n${text}`
    else if (mark === 'a' || mark === 'b') lines.push({ speaker: mark === 'a' ? 0 : 1, text })
    else throw new Error(`A line of a script begins with a, b or |: ${line}`)
  }
  return lines
}

/** The values for `{room}` and other slots of a script. A slot has one value throughout an exchange. */
const SLOTS: Readonly<Record<string, readonly string[]>> = {
  room: ['104', '112', '118', '203', '204', '211', 'the library', 'the music room', 'the art room'],
  class: ['Year 1', 'Year 2', 'Year 3', 'Year 4', 'Year 5', 'Year 6', 'Reception'],
  day: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
  time: ['08:15', '09:30', '10:45', '11:20', '12:40', '13:15', '14:30', '15:45'],
  few: ['two', 'three', 'four', 'five', 'six'],
  colleague: ['Mateo', 'Priya', 'Grace', 'Minh', 'Łukasz', 'Yuki', 'Ingrid'],
}

/** Replaces each `{slot}` by a random value, the same for all lines of the exchange. */
export function fillSlots(exchange: Exchange, random: Random): Exchange {
  const chosen = new Map(Object.entries(SLOTS).map(([name, values]) => [name, random.pick(values)]))
  return exchange.map(({ speaker, text }) => ({
    speaker,
    text: text.replace(/\{(\w+)\}/g, (slot, name: string) => chosen.get(name) ?? slot),
  }))
}
