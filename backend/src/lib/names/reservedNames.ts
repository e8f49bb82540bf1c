import { skeleton, fullNameSkeleton } from './confusables.ts'

/**
 * Usernames that look like the server or its admins. Only admins may have them: the first account, and an account that
 * the command line creates. Dots, hyphens and underscores do not count.
 */
const USERNAMES = (
  'admin admins administrator administrators root superuser sysadmin system server support helpdesk security official ' +
  'moderator moderators announcement announcements parley deletedaccount'
).split(' ')
/** Usernames that mean all people of a place. Only their letters count, not their look: `ALI` is no `all`. */
const MENTIONS = 'everyone everybody all here channel'.split(' ')

/** Full names of the page's own: no account may have them. */
const OWN_WORDS = ['Deleted account', 'Announcements', 'Everyone', 'Everybody', 'Someone', 'You']
/** Full names that only admins may have. */
const OFFICES = ['Admin', 'Admins', 'Administrator', 'Moderator', 'System', 'Support', 'Root', 'Parley']

const spellings = (word: string): string[] => [word, word.toLowerCase(), word.toUpperCase()].map(skeleton)

interface Reserved {
  usernames: ReadonlySet<string>
  mentions: ReadonlySet<string>
  ownWords: ReadonlySet<string>
  offices: ReadonlySet<string>
}

let looks: Reserved | undefined

/** Returns how the reserved names look. Made at the first use, because it loads the table of looks. */
function reserved(): Reserved {
  return (looks ??= {
    usernames: new Set(USERNAMES.flatMap(spellings)),
    mentions: new Set(MENTIONS.map(skeleton)),
    ownWords: new Set(OWN_WORDS.map(fullNameSkeleton)),
    offices: new Set(OFFICES.map(fullNameSkeleton)),
  })
}

/** Tells whether only an admin may have this username. */
export function isReservedUsername(username: string): boolean {
  const name = username.replace(/[._-]/gu, '')
  const key = skeleton(name.toLowerCase())
  const { usernames, mentions } = reserved()
  return usernames.has(skeleton(name)) || usernames.has(key) || mentions.has(key)
}

/** Tells whether an account with this role may not have this full name. */
export function isReservedFullName(fullName: string, role: 'admin' | 'member'): boolean {
  const key = fullNameSkeleton(fullName)
  const { ownWords, offices } = reserved()
  return ownWords.has(key) || (role !== 'admin' && offices.has(key))
}
