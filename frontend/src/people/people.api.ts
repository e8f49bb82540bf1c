import {
  LIMITS,
  type Block,
  type BlockInput,
  type Contact,
  type KeepContactInput,
  type Page,
  type ReportInput,
  type User,
  type UserId,
} from 'backend/contract'
import { get, post, remove } from '../connection/http.client.ts'
import { postOnce } from '../connection/repeatable.client.ts'

/** The REST API of users, contacts, blocks and reports. Every function throws ApiProblem. */

export const searchUsers = (search: string, cursor?: string) =>
  get<Page<User>>('/users', { search: search || undefined, cursor })
export const getUser = (id: UserId) => get<User>(`/users/${encodeURIComponent(id)}`)
/** Returns the users of at most `LIMITS.userIdsMax` ids. Unknown ids are left out. */
export const getUsers = (ids: UserId[]) => get<Page<User>>('/users', { ids: ids.join(',') })
export const listContacts = (cursor?: string) => get<Page<Contact>>('/contacts', { cursor, limit: LIMITS.pageMax })
export const keepContact = (input: KeepContactInput) => post<Contact>('/contacts', input)
export const dropContact = (userId: UserId) => remove(`/contacts/${encodeURIComponent(userId)}`)
export const listBlocks = (cursor?: string) => get<Page<Block>>('/blocks', { cursor, limit: LIMITS.pageMax })
export const block = (userId: UserId) => post<Block>('/blocks', { userId } satisfies BlockInput)
export const unblock = (userId: UserId) => remove(`/blocks/${encodeURIComponent(userId)}`)
export const report = (input: ReportInput) => postOnce<unknown>('/reports', input)
