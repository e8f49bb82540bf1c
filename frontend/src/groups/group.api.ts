import type {
  AddMembersInput,
  ChangeRoleInput,
  Conversation,
  ConversationId,
  CreateGroupInput,
  CreateInviteInput,
  CreatedInvite,
  EditGroupInput,
  GroupMember,
  InvitePreview,
  InviteState,
  Page,
  TransferInput,
  UserId,
} from 'backend/contract'
import { get, post, remove } from '../connection/http.client.ts'
import { postOnce, requestOnce } from '../connection/repeatable.client.ts'

/** The REST API of groups and their invite links. Every function throws ApiProblem. */

export const createGroup = (input: CreateGroupInput) => post<Conversation>('/groups/create', input)
export const editGroup = (id: ConversationId, input: EditGroupInput) =>
  requestOnce<Conversation>({ url: groupUrl(id), data: input, method: 'patch' })
export const listMembers = (id: ConversationId, search: string, cursor?: string) =>
  get<Page<GroupMember>>(`${groupUrl(id)}/members`, { q: search || undefined, cursor })
export const addMembers = (id: ConversationId, userIds: UserId[]) =>
  postOnce<unknown>(`${groupUrl(id)}/members`, { userIds } satisfies AddMembersInput)
/** Removes a member. With the user's own id: leaves the group. */
export const removeMember = (id: ConversationId, userId: UserId) =>
  requestOnce<unknown>({ url: `${groupUrl(id)}/members/${encodeURIComponent(userId)}`, method: 'delete' })
export const changeRole = (id: ConversationId, userId: UserId, role: ChangeRoleInput['role']) =>
  requestOnce<unknown>({
    url: `${groupUrl(id)}/members/${encodeURIComponent(userId)}`,
    data: { role } satisfies ChangeRoleInput,
    method: 'patch',
  })
export const transferGroup = (id: ConversationId, userId: UserId) =>
  postOnce<unknown>(`${groupUrl(id)}/owner`, { userId } satisfies TransferInput)
/** Creates an invite link. It replaces the former one. */
export const createInvite = (id: ConversationId, input: CreateInviteInput) =>
  postOnce<CreatedInvite>(`${groupUrl(id)}/invite`, input)
export const getInvite = (id: ConversationId) => get<InviteState>(`${groupUrl(id)}/invite`)
export const revokeInvite = (id: ConversationId) => remove(`${groupUrl(id)}/invite`)
export const previewInvite = (token: string) => get<InvitePreview>(`/invites/${encodeURIComponent(token)}`)
export const joinByInvite = (token: string) => postOnce<Conversation>(`/invites/${encodeURIComponent(token)}`, {})

const groupUrl = (id: ConversationId): string => `/groups/${encodeURIComponent(id)}`
