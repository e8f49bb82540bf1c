import { LIMITS } from 'backend/contract'
import type {
  AcknowledgeInput,
  AddMembersInput,
  Attachment,
  AttachmentId,
  AuthResult,
  Block,
  BlockInput,
  BroadcastId,
  ChangeRoleInput,
  ChangesPage,
  CompleteUploadInput,
  Contact,
  Conversation,
  ConversationId,
  CreateGroupInput,
  CreateInviteInput,
  CreatedInvite,
  EarlierText,
  EditGroupInput,
  GroupMember,
  InvitePreview,
  InviteState,
  KeepContactInput,
  LedgerEntry,
  LoginInput,
  Message,
  MessagePage,
  MessageReceipt,
  OpenConversationInput,
  OwnLedgerRow,
  OwnUser,
  Page,
  PendingBroadcast,
  RegistrationInfo,
  ReportInput,
  ResetPasswordInput,
  SendMessageInput,
  SettingsInput,
  SignupInput,
  StartUploadInput,
  TransferInput,
  Upload,
  UploadAllowance,
  User,
  UserId,
} from 'backend/contract'
import type { PictureCrop } from './crop.ts'
import { get, post, remove, request } from './http.ts'

/** The REST API for everybody. Every function throws ApiProblem. */

export const signup = (input: SignupInput) => post<AuthResult>('/auth/signup', input)
export const login = (input: LoginInput) => post<AuthResult>('/auth/login', input)
export const logout = () => post<void>('/auth/logout', {})
/** Who may sign up, and whether an invitation is good. */
export const registration = (invite?: string) => get<RegistrationInfo>('/auth/registration', { invite })
/** A new password by a link of an admin's. */
export const resetPassword = (input: ResetPasswordInput) => post<void>('/auth/reset', input)
export const me = () => get<OwnUser>('/auth/me')
export const updateMe = (settings: SettingsInput) =>
  request<OwnUser>({ url: '/auth/me', data: settings, method: 'patch' })

export const listChats = (cursor?: string) => get<Page<Conversation>>('/chats', { cursor })
/** Those with something unread, or marked so, by id. A page may be empty and have more after it. */
export const listUnreadChats = (cursor?: string) =>
  get<Page<Conversation>>('/chats', { unread: true, limit: LIMITS.pageMax, cursor })
export const getChat = (id: ConversationId) => get<Conversation>(`/chats/${encodeURIComponent(id)}`)
export const openChat = (userId: UserId) => post<Conversation>('/chats', { userId } satisfies OpenConversationInput)

/** The newest page without `before` and `after`; `before` and `after` are exclusive places (`seq`). */
export const listMessages = (id: ConversationId, range: { before?: number; after?: number; limit?: number } = {}) =>
  get<MessagePage>(`/messages/${encodeURIComponent(id)}`, range)
/** What became of messages after a `rev`. */
export const listChanges = (id: ConversationId, since: number) =>
  get<ChangesPage>(`/messages/${encodeURIComponent(id)}/changes`, { since })
/** Its earlier texts, oldest first. */
export const messageEdits = (id: ConversationId, seq: number) =>
  get<{ items: EarlierText[] }>(`/messages/${encodeURIComponent(id)}/${seq}/edits`)
/** Whom it has reached and who has read it: for its sender, and for admins of an announcement. */
export const messageReceipts = (id: ConversationId, seq: number, cursor?: string) =>
  get<Page<MessageReceipt>>(`/messages/${encodeURIComponent(id)}/${seq}/receipts`, { cursor })
export const sendMessage = (input: SendMessageInput) => post<Message>('/messages', input)

export const searchUsers = (search: string, cursor?: string) =>
  get<Page<User>>('/users', { search: search || undefined, cursor })
export const getUser = (id: UserId) => get<User>(`/users/${encodeURIComponent(id)}`)
/** `LIMITS.userIdsMax` at most; whom the server does not know is left out. */
export const getUsers = (ids: UserId[]) => get<Page<User>>('/users', { ids: ids.join(',') })

export const createGroup = (input: CreateGroupInput) => post<Conversation>('/groups/create', input)
export const editGroup = (id: ConversationId, input: EditGroupInput) =>
  request<Conversation>({ url: groupUrl(id), data: input, method: 'patch' })
export const listMembers = (id: ConversationId, search: string, cursor?: string) =>
  get<Page<GroupMember>>(`${groupUrl(id)}/members`, { q: search || undefined, cursor })
export const addMembers = (id: ConversationId, userIds: UserId[]) =>
  post<unknown>(`${groupUrl(id)}/members`, { userIds } satisfies AddMembersInput)
/** Oneself: leaves the group. */
export const removeMember = (id: ConversationId, userId: UserId) =>
  remove(`${groupUrl(id)}/members/${encodeURIComponent(userId)}`)
export const changeRole = (id: ConversationId, userId: UserId, role: ChangeRoleInput['role']) =>
  request<unknown>({
    url: `${groupUrl(id)}/members/${encodeURIComponent(userId)}`,
    data: { role } satisfies ChangeRoleInput,
    method: 'patch',
  })
export const transferGroup = (id: ConversationId, userId: UserId) =>
  post<unknown>(`${groupUrl(id)}/owner`, { userId } satisfies TransferInput)
/** Replaces the link that there was. */
export const createInvite = (id: ConversationId, input: CreateInviteInput) =>
  post<CreatedInvite>(`${groupUrl(id)}/invite`, input)
export const getInvite = (id: ConversationId) => get<InviteState>(`${groupUrl(id)}/invite`)
export const revokeInvite = (id: ConversationId) => remove(`${groupUrl(id)}/invite`)
export const previewInvite = (token: string) => get<InvitePreview>(`/invites/${encodeURIComponent(token)}`)
export const joinByInvite = (token: string) => post<Conversation>(`/invites/${encodeURIComponent(token)}`, {})

export const listContacts = (cursor?: string) => get<Page<Contact>>('/contacts', { cursor, limit: LIMITS.pageMax })
export const keepContact = (input: KeepContactInput) => post<Contact>('/contacts', input)
export const dropContact = (userId: UserId) => remove(`/contacts/${encodeURIComponent(userId)}`)
export const listBlocks = (cursor?: string) => get<Page<Block>>('/blocks', { cursor, limit: LIMITS.pageMax })
export const block = (userId: UserId) => post<Block>('/blocks', { userId } satisfies BlockInput)
export const unblock = (userId: UserId) => remove(`/blocks/${encodeURIComponent(userId)}`)
export const report = (input: ReportInput) => post<unknown>('/reports', input)

/** What waits for one's acknowledgement, and what is urgent until it is opened. */
/** `LIMITS.broadcastIdsMax` at most; what did not go to one is left out. */
export const ownLedgerRows = (ids: BroadcastId[]) =>
  get<{ items: OwnLedgerRow[] }>('/broadcasts/mine', { ids: ids.join(',') })
export const pendingBroadcasts = () => get<{ items: PendingBroadcast[] }>('/broadcasts/pending')
/** Repeat freely. */
export const acknowledgeBroadcast = (id: BroadcastId, input: AcknowledgeInput) =>
  post<LedgerEntry>(`/broadcasts/${encodeURIComponent(id)}/acknowledge`, input)

/** Whose picture: one's own, or a group's. */
export type PictureOwner = 'me' | { groupId: ConversationId }

/** @param onProgress 0 to 1 */
export const putPicture = (
  owner: PictureOwner,
  file: Blob,
  crop: PictureCrop | null,
  onProgress: (done: number) => void,
) =>
  request<unknown>({
    url: pictureUrl(owner),
    method: 'put',
    data: file,
    params: crop ?? {},
    // A body that axios would take for a form otherwise.
    headers: { 'Content-Type': file.type || 'application/octet-stream' },
    timeout: 0,
    onUploadProgress: ({ loaded, total }) => onProgress(total ? loaded / total : 0),
  })
export const dropPicture = (owner: PictureOwner) => remove(pictureUrl(owner))

/** What may be uploaded now. */
export const uploadAllowance = () => get<UploadAllowance>('/uploads')
export const startUpload = (input: StartUploadInput) => post<Upload>('/uploads', input)
/** The content is there: what it is, ready to be sent with a message. */
export const completeUpload = (id: AttachmentId, input: CompleteUploadInput) =>
  post<Attachment>(`/uploads/${encodeURIComponent(id)}/complete`, input)
/** Not wanted any more, whether it is complete or not. */
export const cancelUpload = (id: AttachmentId) =>
  request<unknown>({ url: `/uploads/${encodeURIComponent(id)}`, method: 'delete' })

const groupUrl = (id: ConversationId): string => `/groups/${encodeURIComponent(id)}`
const pictureUrl = (owner: PictureOwner): string =>
  owner === 'me' ? '/auth/me/picture' : `${groupUrl(owner.groupId)}/picture`
