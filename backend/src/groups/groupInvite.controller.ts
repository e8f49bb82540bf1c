import { createHash, randomBytes } from 'node:crypto'
import { Types } from 'mongoose'
import {
  LIMITS,
  type Conversation,
  type CreatedInvite,
  type Invite,
  type InvitePreview,
  type InviteState,
} from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, RateLimit } from '../lib/delivery.ts'
import { validate } from '../lib/validate.ts'
import type { GroupRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { InviteRecord } from '../models/invite.model.ts'
import type { GroupController } from './group.controller.ts'
import { createInviteSchema, groupSchema, inviteTokenSchema } from './group.schemas.ts'
import { fullGroup, type GroupService } from './group.service.ts'

export interface GroupInviteControllerDeps {
  models: Models
  groupService: GroupService
  groups: GroupController
  changeLimit: RateLimit
  /** Of looking at links and joining by them. */
  joinLimit: RateLimit
}

export type GroupInviteController = ReturnType<typeof createGroupInviteController>

/** 192 random bits: nobody guesses one, so that SHA-256 without salt is enough to keep it. */
const TOKEN_BYTES = 24
const WITHOUT_LIMIT = Number.MAX_SAFE_INTEGER

/** The link into a group. */
export function createGroupInviteController({
  models,
  groupService,
  groups,
  changeLimit,
  joinLimit,
}: GroupInviteControllerDeps) {
  const { members } = groupService

  return {
    /**
     * Makes a link, in the place of the one that there was.
     * @throws AppError `invalid_input`, `not_found`, `forbidden`, `rate_limited`
     */
    async create(actor: Actor, input: unknown): Promise<CreatedInvite> {
      const {
        groupId,
        expiresInSeconds = LIMITS.inviteSecondsDefault,
        maxUses = null,
      } = validate(createInviteSchema, input)
      await changeLimit.take(actor.userId)
      const { _id } = await groupService.groupOfAdmin(actor, groupId)
      const token = randomBytes(TOKEN_BYTES).toString('base64url')
      const createdAt = new Date()
      const invite = {
        tokenHash: hashOf(token),
        createdBy: new Types.ObjectId(actor.userId),
        createdAt,
        expiresAt: expiresInSeconds === null ? null : new Date(createdAt.getTime() + expiresInSeconds * 1000),
        maxUses,
        uses: 0,
        usesLeft: maxUses ?? WITHOUT_LIMIT,
      }
      await models.Invite.collection.updateOne({ _id }, { $set: invite }, { upsert: true })
      return { ...toInvite({ _id, ...invite }), token }
    },

    /** @throws AppError `invalid_input`, `not_found`, `forbidden` */
    async get(actor: Actor, input: unknown): Promise<InviteState> {
      const { _id } = await groupService.groupOfAdmin(actor, validate(groupSchema, input).groupId)
      const record = await models.Invite.findById(_id).lean()
      return { invite: record && toInvite(record) }
    },

    /** Also when there is none. @throws AppError `invalid_input`, `not_found`, `forbidden`, `rate_limited` */
    async revoke(actor: Actor, input: unknown): Promise<void> {
      const { groupId } = validate(groupSchema, input)
      await changeLimit.take(actor.userId)
      const { _id } = await groupService.groupOfAdmin(actor, groupId)
      await models.Invite.deleteOne({ _id })
    },

    /** @throws AppError `invalid_input`, `invite_not_valid`, `rate_limited` */
    async preview(actor: Actor, input: unknown): Promise<InvitePreview> {
      const { token } = validate(inviteTokenSchema, input)
      await joinLimit.take(actor.userId)
      const { _id, group } = await groupBehind(token)
      const isMember = (await members.roleOf(_id, new Types.ObjectId(actor.userId))) !== null
      const { name, description, pictureHash, memberCount } = group
      return { conversationId: _id.toHexString(), name, description, picture: pictureHash, memberCount, isMember }
    },

    /**
     * Joins by a link. Who is in already stays, and uses nothing up.
     * @throws AppError `invalid_input`, `invite_not_valid`, `group_full`, `rate_limited`
     */
    async join(actor: Actor, input: unknown): Promise<Conversation> {
      const { token } = validate(inviteTokenSchema, input)
      await joinLimit.take(actor.userId)
      const { _id } = await groupBehind(token)
      const groupId = _id.toHexString()
      await groupService.inTurn(groupId, async () => {
        // Once more: it may have been revoked while others had their turns.
        const { group } = await groupBehind(token)
        if ((await members.roleOf(_id, new Types.ObjectId(actor.userId))) !== null) return
        if ((await members.count(_id)) >= LIMITS.groupMembersMax) throw fullGroup()
        const { matchedCount } = await models.Invite.updateOne(
          { tokenHash: hashOf(token), usesLeft: { $gt: 0 } },
          { $inc: { uses: 1, usesLeft: -1 } },
        )
        if (matchedCount === 0) throw notValid()
        const { memberCount } = await groupService.letIn({ _id, group }, [actor.userId])
        await groupService.tell(actor, _id, { kind: 'joinedByLink', memberCount })
      })
      return groups.get(actor, { groupId })
    },
  }

  /** @throws AppError `invite_not_valid` */
  async function groupBehind(token: string): Promise<{ _id: Types.ObjectId; group: GroupRecord }> {
    const invite = await models.Invite.findOne({ tokenHash: hashOf(token) }).lean()
    if (!invite || invite.usesLeft <= 0 || (invite.expiresAt && invite.expiresAt <= new Date())) throw notValid()
    const conversation = await models.Conversation.findById(invite._id, { group: 1 }).lean()
    if (!conversation?.group || conversation.group.memberCount === 0) throw notValid()
    return { _id: invite._id, group: conversation.group }
  }
}

function toInvite({ _id, createdBy, createdAt, expiresAt, maxUses, uses }: InviteRecord): Invite {
  return {
    conversationId: _id.toHexString(),
    createdBy: createdBy.toHexString(),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    maxUses,
    uses,
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** One wording for all: which of these it is, who found an old link need not know. */
function notValid(): AppError {
  return new AppError('invite_not_valid', 'This invitation was revoked, has run out or is used up. Ask for a new one.')
}
