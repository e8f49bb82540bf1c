import { searchRank, searchWords, userSearchKeys } from 'backend/contract'

/** Returns whether a search finds a user or a group by one of its names, by the rules of the server. */
export function matches(search: string, ...names: string[]): boolean {
  return searchRank(userSearchKeys(...names), searchWords(search)) !== null
}
