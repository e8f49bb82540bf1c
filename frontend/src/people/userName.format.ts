import type { User, UserId } from 'backend/contract'

/** The fields of a user that name the user. */
export type Named = Pick<User, 'fullName' | 'username' | 'hasNamesake'>

/**
 * Returns the name of a user for a sentence: with the username, when the full name looks like that of another account. A mark of
 * direction keeps the @ before the username, also behind a name from right to left.
 */
export function nameOfUser({ fullName, username, hasNamesake }: Named): string {
  return hasNamesake === true ? `${fullName} (\u200e@${username})` : fullName
}

/** Returns the name of a user among those that the page knows, and undefined for another one. */
export function nameIn(people: Readonly<Record<UserId, User | undefined>>, id: UserId): string | undefined {
  const user = people[id]
  return user && nameOfUser(user)
}
