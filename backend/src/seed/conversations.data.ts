import * as colleagues from './texts/colleagues.text.ts'
import * as languages from './texts/languages.text.ts'
import { NURSE } from './texts/nurse.text.ts'

export interface DemoConversation {
  /** The usernames of the script's `a` and `b`. */
  between: readonly [a: string, b: string]
  script: string
  /** Everyday exchanges are added before the script's last one until there are about this many messages. */
  length?: number
  /** When the last message was sent. */
  minutesAgo: number
  /** The messages are spread over this many days, at most 20. */
  days: number
  /** How many of the last messages the user who did not send the last one has not read. */
  unread: number
}

const HOURS = 60
const DAYS = 24 * HOURS

export const CONVERSATIONS: readonly DemoConversation[] = [
  { between: ['amara', 'siobhan'], script: NURSE, length: 200, minutesAgo: 9, days: 20, unread: 2 },
  { between: ['amara', 'priya'], script: colleagues.SCIENCE, length: 84, minutesAgo: 41, days: 19, unread: 3 },
  {
    between: ['amara', 'tomas'],
    script: colleagues.FACILITIES,
    length: 48,
    minutesAgo: 2.6 * HOURS,
    days: 18,
    unread: 0,
  },
  { between: ['amara', 'dmytro'], script: colleagues.TRANSPORT, minutesAgo: 3.4 * HOURS, days: 1, unread: 2 },
  { between: ['amara', 'leila'], script: colleagues.LANGUAGES, length: 40, minutesAgo: 5 * HOURS, days: 17, unread: 0 },
  { between: ['amara', 'lukasz'], script: colleagues.IT, length: 36, minutesAgo: 1.1 * DAYS, days: 14, unread: 1 },
  { between: ['amara', 'minh'], script: colleagues.ART, length: 18, minutesAgo: 1.3 * DAYS, days: 8, unread: 0 },
  { between: ['amara', 'yuki'], script: colleagues.MUSIC, length: 22, minutesAgo: 2.2 * DAYS, days: 12, unread: 0 },
  { between: ['amara', 'ingrid'], script: colleagues.PARENTS_EVENING, minutesAgo: 4.1 * DAYS, days: 6, unread: 0 },
  { between: ['mateo', 'tomas'], script: colleagues.SPORT, minutesAgo: 5.2 * DAYS, days: 1, unread: 0 },
  { between: ['priya', 'grace'], script: colleagues.YEAR_TWO, length: 28, minutesAgo: 6 * HOURS, days: 15, unread: 1 },
  { between: ['leila', 'noor'], script: languages.ARABIC, minutesAgo: 55, days: 9, unread: 1 },
  { between: ['lukasz', 'zofia'], script: languages.POLISH, minutesAgo: 7 * HOURS, days: 10, unread: 1 },
  { between: ['minh', 'van.an'], script: languages.VIETNAMESE, minutesAgo: 1.2 * DAYS, days: 11, unread: 1 },
]
