import type { ConversationId } from './message.ts'
import type { User, UserId } from './user.ts'

/** From the least to the most. Admins add and remove members, edit the group and delete anybody's messages; the owner also makes admins. */
export const GROUP_ROLES = ['member', 'admin', 'owner'] as const
export type GroupRole = (typeof GROUP_ROLES)[number]

/** What somebody who joins sees of what was said before: everything, or nothing. Changing it changes nothing for who is in already. */
export const GROUP_HISTORIES = ['all', 'joined'] as const
export type GroupHistory = (typeof GROUP_HISTORIES)[number]

/** What a conversation is besides when it is a group, as one of its members sees it. */
export interface Group {
  name: string
  description: string
  /** The content hash of its picture, for `GET /api/pictures/:hash/:size`; null: none. */
  picture: string | null
  history: GroupHistory
  memberCount: number
  createdBy: UserId
  /** Of the one who asks. */
  role: GroupRole
}

/**
 * What happened to a group, as the `event` of a system message, whose `senderId` is who did it; the page words it. It carries
 * what changed, so that nobody needs to ask for the group again. `memberCount` is the one after it.
 */
export type GroupEvent =
  | { kind: 'created'; name: string; memberCount: number }
  | { kind: 'renamed'; name: string }
  | { kind: 'described'; description: string }
  | { kind: 'pictureChanged'; picture: string | null }
  | { kind: 'historyChanged'; history: GroupHistory }
  | { kind: 'added'; userIds: UserId[]; memberCount: number }
  | { kind: 'removed'; userIds: UserId[]; memberCount: number }
  | { kind: 'left'; memberCount: number }
  | { kind: 'joinedByLink'; memberCount: number }
  /** Never to or from `owner`: that is `transferred`. */
  | { kind: 'roleChanged'; userId: UserId; role: Exclude<GroupRole, 'owner'> }
  /** The new owner; the old one is an admin now. */
  | { kind: 'transferred'; userId: UserId }

/** Body of `POST /api/groups/create`. */
export interface CreateGroupInput {
  name: string
  /** Without oneself, who becomes the owner; may be empty. */
  memberIds: UserId[]
  description?: string | undefined
  /** `joined` when absent. */
  history?: GroupHistory | undefined
  /** Chosen by the client, new for each group: repeating the request with it answers the first group. */
  clientGroupId: string
}

/** Body of `PATCH /api/groups/:id`; what is absent stays. */
export interface EditGroupInput {
  name?: string | undefined
  description?: string | undefined
  history?: GroupHistory | undefined
}

/** Body of `POST /api/groups/:id/members`; who is in already is passed over. */
export interface AddMembersInput {
  userIds: UserId[]
}

/** Body of `PATCH /api/groups/:id/members/:userId`; the owner only. */
export interface ChangeRoleInput {
  role: Exclude<GroupRole, 'owner'>
}

/** Body of `POST /api/groups/:id/owner`: somebody of the group. */
export interface TransferInput {
  userId: UserId
}

/** Lists of members come owner first, then admins, then the others, each by full name. */
export interface GroupMember {
  user: User
  role: GroupRole
  /** ISO 8601. */
  joinedAt: string
}

/** Body of `POST /api/groups/:id/invite`, which replaces the link that there was. */
export interface CreateInviteInput {
  /** `LIMITS.inviteSecondsDefault` when absent; null: it does not run out. */
  expiresInSeconds?: number | null | undefined
  /** As often as one likes when absent or null. */
  maxUses?: number | null | undefined
}

/** The link into a group. There is one at a time; only a hash of its token is kept, so it is shown once. */
export interface Invite {
  conversationId: ConversationId
  createdBy: UserId
  /** ISO 8601. */
  createdAt: string
  expiresAt: string | null
  maxUses: number | null
  /** How many have joined by it. */
  uses: number
}

export interface CreatedInvite extends Invite {
  token: string
}

/** What somebody who has the link may know before joining. */
export interface InvitePreview {
  conversationId: ConversationId
  name: string
  description: string
  picture: string | null
  memberCount: number
  /** The one who asks is in already. */
  isMember: boolean
}

export const LEAVE_REASONS = ['removed', 'left', 'ended'] as const
/** Why one is no longer in a group; `ended`: the last one left. */
export type LeaveReason = (typeof LEAVE_REASONS)[number]

/** To the connections of the one who is out: forget the conversation. */
export interface ConversationLeft {
  conversationId: ConversationId
  reason: LeaveReason
}

/** Answer of `GET /api/groups/:id/invite`. */
export interface InviteState {
  /** Null: there is no link. One that has run out is still told. */
  invite: Invite | null
}

/** What an admin may know of a group that they are not in. */
export interface AdminGroup {
  id: ConversationId
  name: string
  memberCount: number
}

/** Query of `GET /api/admin/groups`, a `Page<AdminGroup>` in no order that means anything. */
export interface AdminGroupQuery {
  /** A prefix of the name, from any of its words on. */
  q?: string | undefined
  /** These only, at most `LIMITS.groupIdsMax`, with commas between them. */
  ids?: string | undefined
  cursor?: string | undefined
  limit?: number | undefined
}
