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
const usernames = new Set(USERNAMES.flatMap(spellings))
const mentions = new Set(MENTIONS.map(skeleton))
const ownWords = new Set(OWN_WORDS.map(fullNameSkeleton))
const offices = new Set(OFFICES.map(fullNameSkeleton))

/** Tells whether only an admin may have this username. */
export function isReservedUsername(username: string): boolean {
  const name = username.replace(/[._-]/gu, '')
  const key = skeleton(name.toLowerCase())
  return usernames.has(skeleton(name)) || usernames.has(key) || mentions.has(key)
}

/** Tells whether an account with this role may not have this full name. */
export function isReservedFullName(fullName: string, role: 'admin' | 'member'): boolean {
  const key = fullNameSkeleton(fullName)
  return ownWords.has(key) || (role !== 'admin' && offices.has(key))
}
