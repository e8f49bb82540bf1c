import type { ConversationId } from './message.ts'
import type { User, UserId } from './user.ts'

/**
 * From the lowest to the highest. Admins add and remove members, edit the group and delete any message in it; the owner
 * also makes admins.
 */
export const GROUP_ROLES = ['member', 'admin', 'owner'] as const
export type GroupRole = (typeof GROUP_ROLES)[number]

/**
 * The earlier messages that a new member sees: all, or none. A change of it does not change the view of current
 * members.
 */
export const GROUP_HISTORIES = ['all', 'joined'] as const
export type GroupHistory = (typeof GROUP_HISTORIES)[number]

/** The fields of a group conversation, as one of its members sees it. */
export interface Group {
  name: string
  description: string
  /** The content hash of its picture, for `GET /api/pictures/:hash/:size`; null: none. */
  picture: string | null
  history: GroupHistory
  /** Raised by each edit of the name, the description or the history; 0 at first. */
  revision: number
  memberCount: number
  createdBy: UserId
  /** The role of the viewer. */
  role: GroupRole
}

/**
 * An event of a group, the `event` of a system message. The `senderId` of that message is the user who did it, and the
 * page words it. It carries the changed fields, so that no client needs to load the group again. `memberCount` is the
 * count after the event, `revision` that of the group; events of earlier versions have no `revision`.
 */
export type GroupEvent =
  | { kind: 'created'; name: string; memberCount: number }
  | { kind: 'renamed'; name: string; revision?: number }
  | { kind: 'described'; description: string; revision?: number }
  | { kind: 'pictureChanged'; picture: string | null }
  | { kind: 'historyChanged'; history: GroupHistory; revision?: number }
  | { kind: 'added'; userIds: UserId[]; memberCount: number }
  | { kind: 'removed'; userIds: UserId[]; memberCount: number }
  | { kind: 'left'; memberCount: number }
  | { kind: 'joinedByLink'; memberCount: number }
  /** Never to or from `owner`: that is `transferred`. */
  | { kind: 'roleChanged'; userId: UserId; role: Exclude<GroupRole, 'owner'> }
  /** The new owner; the old owner becomes an admin. */
  | { kind: 'transferred'; userId: UserId }

/** Body of `POST /api/groups/create`. */
export interface CreateGroupInput {
  name: string
  /** Without the actor, who becomes the owner; may be empty. */
  memberIds: UserId[]
  description?: string | undefined
  /** `joined` when absent. */
  history?: GroupHistory | undefined
  /** Chosen by the client, new for each group. A repeat of the request returns the first group. */
  clientGroupId: string
}

/** Body of `PATCH /api/groups/:id`. A field that is absent stays. */
export interface EditGroupInput {
  name?: string | undefined
  description?: string | undefined
  history?: GroupHistory | undefined
  /** The `revision` of the group whose texts the user edited. Refused (`group_edited`, with the texts of now) at another one. */
  fromRevision?: number | undefined
}

/** Body of `POST /api/groups/:id/members`. Current members are skipped. */
export interface AddMembersInput {
  userIds: UserId[]
}

/** Body of `PATCH /api/groups/:id/members/:userId`. Only the owner may send it. */
export interface ChangeRoleInput {
  role: Exclude<GroupRole, 'owner'>
}

/** Body of `POST /api/groups/:id/owner`. The user must be a member. */
export interface TransferInput {
  userId: UserId
}

/** Lists of members have the owner first, then admins, then the others, each part by full name. */
export interface GroupMember {
  user: User
  role: GroupRole
  /** ISO 8601. */
  joinedAt: string
}

/** Body of `POST /api/groups/:id/invite`, which replaces the current link. */
export interface CreateInviteInput {
  /** `LIMITS.inviteSecondsDefault` when absent; null: without end. */
  expiresInSeconds?: number | null | undefined
  /** Without limit when absent or null. */
  maxUses?: number | null | undefined
}

/**
 * The link into a group. A group has one at a time. It is shown once, because the server stores only a hash of its
 * token.
 */
export interface Invite {
  conversationId: ConversationId
  createdBy: UserId
  /** ISO 8601. */
  createdAt: string
  expiresAt: string | null
  maxUses: number | null
  /** How many users have joined by it. */
  uses: number
}

export interface CreatedInvite extends Invite {
  token: string
}

/** The data that the holder of a link may see before joining. */
export interface InvitePreview {
  conversationId: ConversationId
  name: string
  description: string
  picture: string | null
  memberCount: number
  /** The actor is a member already. */
  isMember: boolean
}

export const LEAVE_REASONS = ['removed', 'left', 'ended'] as const
/** Why a user is no longer in a group. `ended`: the last member left. */
export type LeaveReason = (typeof LEAVE_REASONS)[number]

/** Sent to the connections of the former member: forget the conversation. */
export interface ConversationLeft {
  conversationId: ConversationId
  reason: LeaveReason
}

/** Answer of `GET /api/groups/:id/invite`. */
export interface InviteState {
  /** Null when there is no link. An expired link is returned. */
  invite: Invite | null
}

/** A group as an admin sees it who is no member. */
export interface AdminGroup {
  id: ConversationId
  name: string
  memberCount: number
}

/** Query of `GET /api/admin/groups`, a `Page<AdminGroup>` in no particular order. */
export interface AdminGroupQuery {
  /** A prefix of any word of the name. */
  q?: string | undefined
  /** Only these groups, at most `LIMITS.groupIdsMax`, separated by commas. */
  ids?: string | undefined
  cursor?: string | undefined
  limit?: number | undefined
}
