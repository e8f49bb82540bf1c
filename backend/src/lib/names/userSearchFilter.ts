import { searchWords } from '../../contract/index.ts'
import { escapePattern } from '../text.ts'

/** Filters of the `searchKeys` of users, which find what `searchRank` of the contract finds. */
export interface UserSearchFilter {
  /** Each word of the search is a part of a word of a name. */
  any: object
  /** Each word of the search begins a word of a name. */
  begins: object
}

/**
 * Returns the filters of a search; null for a blank one. A search without a letter finds nothing. Every server uses the
 * index for the literal beginning of an anchored pattern.
 */
export function userSearchFilter(search: string): UserSearchFilter | null {
  const words = searchWords(search).map(escapePattern)
  const every = (before: string) => ({ $and: words.map((word) => ({ searchKeys: { $regex: `^${before}${word}` } })) })
  if (search.trim() === '') return null
  return words.length === 0 ? NOTHING : { any: every(''), begins: every(' ') }
}

const NOTHING: UserSearchFilter = { any: { _id: { $in: [] } }, begins: { _id: { $in: [] } } }
