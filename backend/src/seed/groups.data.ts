import { createRandom } from './random.generator.ts'
import { CONCERT, STAFF_ROOM, TRIP } from './texts/groups.text.ts'
import { ago, timetable } from './timetable.generator.ts'

export interface DemoGroup {
  name: string
  description: string
  /** Usernames; the first user is the owner. */
  members: readonly string[]
  admins: readonly string[]
  script: string
  /** When the last message was sent. */
  minutesAgo: number
  days: number
  /** How many of the last messages are unread, for each member who sent none of them. */
  unread: number
}

const HOURS = 60
const DAYS = 24 * HOURS

export const GROUPS: readonly DemoGroup[] = [
  {
    name: 'Year 2 forest trip',
    description: 'Everything about the 14th: letters, lunches, lifts.',
    admins: ['grace'],
    members: ['priya', 'amara', 'siobhan', 'tomas', 'grace', 'mateo'],
    script: TRIP,
    minutesAgo: 25,
    days: 9,
    unread: 2,
  },
  {
    name: 'Winter concert',
    description: '18 December, 17:00, sports hall.',
    admins: ['minh', 'ingrid'],
    members: ['yuki', 'minh', 'ingrid', 'tomas', 'leila', 'zofia', 'lukasz', 'amara'],
    script: CONCERT,
    minutesAgo: 4 * HOURS,
    days: 16,
    unread: 1,
  },
  {
    name: 'Staff room',
    description: '',
    admins: ['tomas'],
    members: [
      'amara',
      'mateo',
      'dmytro',
      'tomas',
      'grace',
      'van.an',
      'noor',
      'priya',
      'siobhan',
      'leila',
      'yuki',
      'minh',
    ],
    script: STAFF_ROOM,
    minutesAgo: 1.4 * DAYS,
    days: 12,
    unread: 0,
  },
]

export interface GroupLine {
  speaker: string
  text: string
  createdAt: Date
}

/** Returns the messages of a group in their order. The time of the first one is when the group was created. */
export function composeGroup(
  { script, minutesAgo, days }: Pick<DemoGroup, 'script' | 'minutesAgo' | 'days'>,
  now: Date,
  seed: number,
): { begunAt: Date; lines: GroupLine[] } {
  const exchanges = script
    .trim()
    .split(/\n{2,}/)
    .map((block) => block.split('\n').map(readLine))
  const [begunAt = now, ...times] = timetable(
    [1, ...exchanges.map((exchange) => exchange.length)],
    ago(now, { minutes: minutesAgo }),
    days,
    createRandom(seed),
  )
  return {
    begunAt,
    lines: exchanges.flat().map(({ speaker, text }, index) => ({ speaker, text, createdAt: times[index] ?? now })),
  }
}

function readLine(line: string): Pick<GroupLine, 'speaker' | 'text'> {
  const colon = line.indexOf(': ')
  if (colon < 1) throw new Error(`A line of a group begins with the speaker: ${line}`)
  return { speaker: line.slice(0, colon), text: line.slice(colon + 2) }
}
