import { Types } from 'mongoose'
import {
  LIMITS,
  type Conversation,
  type CreatedInvite,
  type Invite,
  type InvitePreview,
  type InviteState,
} from '../contract/index.ts'
import {
  linkTokenAgain,
  linkTokenHash,
  newLinkUses,
  newRepeatableLinkToken,
  NO_REQUEST,
} from '../lib/auth/linkTokens.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, RateLimit } from '../lib/delivery.ts'
import { requestFields, requireSameRequest } from '../lib/idempotency.ts'
import { validate } from '../lib/validate.ts'
import type { GroupRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { InviteRecord } from '../models/invite.model.ts'
import type { GroupController } from './group.controller.ts'
import { createInviteSchema, groupSchema, inviteTokenSchema, joinSchema } from './group.schemas.ts'
import { changeKey, groupFull, type GroupService } from './group.service.ts'

export interface GroupInviteControllerDeps {
  models: Models
  groupService: GroupService
  groups: GroupController
  changeLimit: RateLimit
  /** For looking at links and for joining by them. */
  joinLimit: RateLimit
}

export interface GroupInviteController {
  /**
   * Creates an invitation link, which replaces the earlier one. A repeat with the same key returns the same link, while no other
   * replaced it.
   * @throws AppError `invalid_input`, `not_found`, `forbidden`, `idempotency_key_reused`, `rate_limited`
   */
  create(actor: Actor, input: unknown): Promise<CreatedInvite>

  /**
   * Returns the invitation link's state.
   * @throws AppError `invalid_input`, `not_found`, `forbidden`
   */
  get(actor: Actor, input: unknown): Promise<InviteState>

  /**
   * Revokes the invitation link. Without a link it does nothing.
   * @throws AppError `invalid_input`, `not_found`, `forbidden`, `rate_limited`
   */
  revoke(actor: Actor, input: unknown): Promise<void>

  /**
   * Returns what a link shows before the actor joins.
   * @throws AppError `invalid_input`, `invite_not_valid`, `rate_limited`
   */
  preview(actor: Actor, input: unknown): Promise<InvitePreview>

  /**
   * Joins a group by a link. A member stays a member, and the link loses no use. A repeat with the same key returns the group also
   * when the link has ended since.
   * @throws AppError `invalid_input`, `invite_not_valid`, `group_full`, `forbidden` (an admin of the group removed the
   * actor), `rate_limited`
   */
  join(actor: Actor, input: unknown): Promise<Conversation>
}

/** Creates the controller of invitation links. */
export function createGroupInviteController({
  models,
  groupService,
  groups,
  changeLimit,
  joinLimit,
}: GroupInviteControllerDeps): GroupInviteController {
  const { members } = groupService

  return {
    async create(actor, input) {
      const {
        groupId,
        idempotencyKey,
        expiresInSeconds = LIMITS.inviteSecondsDefault,
        maxUses = null,
      } = validate(createInviteSchema, input)
      await changeLimit.take(actor.userId)
      const { _id } = await groupService.requireGroupAdmin(actor, groupId)
      const request = requestFields(['groupInvite', actor.userId, groupId], idempotencyKey, {
        expiresInSeconds,
        maxUses,
      })
      return groupService.runExclusive(groupId, async () => {
        const { requestKey } = request
        const first = requestKey === undefined ? null : await models.Invite.findOne({ _id, requestKey }).lean()
        if (first) {
          requireSameRequest(first.requestHash === request.requestHash)
          return { ...toInvite(first), token: linkTokenAgain(first, idempotencyKey) }
        }
        const { token, tokenHash, fields } = newRepeatableLinkToken(request, idempotencyKey)
        const invite = {
          tokenHash,
          createdBy: new Types.ObjectId(actor.userId),
          ...newLinkUses(expiresInSeconds, maxUses),
          ...fields,
        }
        await models.Invite.collection.updateOne(
          { _id },
          { $set: invite, ...(requestKey === undefined && { $unset: NO_REQUEST }) },
          { upsert: true },
        )
        return { ...toInvite({ _id, ...invite }), token }
      })
    },

    async get(actor, input) {
      const { _id } = await groupService.requireGroupAdmin(actor, validate(groupSchema, input).groupId)
      const record = await models.Invite.findById(_id).lean()
      return { invite: record && toInvite(record) }
    },

    async revoke(actor, input) {
      const { groupId } = validate(groupSchema, input)
      await changeLimit.take(actor.userId)
      const { _id } = await groupService.requireGroupAdmin(actor, groupId)
      await models.Invite.deleteOne({ _id })
    },

    async preview(actor, input) {
      const { token } = validate(inviteTokenSchema, input)
      await joinLimit.take(actor.userId)
      const { _id, group } = await groupOfToken(token)
      const isMember = (await members.roleOf(_id, new Types.ObjectId(actor.userId))) !== null
      const { name, description, pictureHash, memberCount } = group
      return { conversationId: _id.toHexString(), name, description, picture: pictureHash, memberCount, isMember }
    },

    async join(actor, input) {
      const { idempotencyKey, token } = validate(joinSchema, input)
      const key = changeKey(['join', token], idempotencyKey)
      const joined = await groupService.changedBy(actor, key, () => true)
      if (joined !== null) return groups.get(actor, { groupId: joined })
      await joinLimit.take(actor.userId)
      const { _id } = await groupOfToken(token, actor)
      const groupId = _id.toHexString()
      await groupService.runExclusive(groupId, async () => {
        // Checked again: an admin may have revoked the link while other changes ran first.
        const { group } = await groupOfToken(token, actor)
        const userId = new Types.ObjectId(actor.userId)
        if ((await members.roleOf(_id, userId)) !== null) return
        // An old link must not bring back a user whom an admin of the group removed.
        if (await models.Participant.exists({ conversationId: _id, userId, leftAs: 'removed' }))
          throw new AppError('removed_from_group')
        if ((await members.count(_id)) >= LIMITS.groupMembersMax) throw groupFull()
        // The use is counted last: a join that fails, or whose process is killed, must not use up the link. Joins of one
        // group run one after another, so no other join takes the same use.
        const { memberCount } = await groupService.addUsers({ _id, group }, [actor.userId])
        await models.Invite.updateOne({ tokenHash: linkTokenHash(token) }, { $inc: { uses: 1, usesLeft: -1 } })
        await groupService.announceEvent(actor, _id, { kind: 'joinedByLink', memberCount }, key)
      })
      return groups.get(actor, { groupId })
    },
  }

  /**
   * Returns the group of a link.
   * @param member a user who may be a member already: the user who joined by the last use repeats the request when its answer
   * was lost
   * @throws AppError `invite_not_valid`
   */
  async function groupOfToken(
    token: string,
    member: Actor | null = null,
  ): Promise<{ _id: Types.ObjectId; group: GroupRecord }> {
    const invite = await models.Invite.findOne({ tokenHash: linkTokenHash(token) }).lean()
    if (!invite) throw inviteNotValid()
    const isUsedUp =
      invite.usesLeft <= 0 &&
      (member === null || (await members.roleOf(invite._id, new Types.ObjectId(member.userId))) === null)
    if (isUsedUp || (invite.expiresAt && invite.expiresAt <= new Date())) throw inviteNotValid()
    const conversation = await models.Conversation.findById(invite._id, { group: 1 }).lean()
    if (!conversation?.group || conversation.group.memberCount === 0) throw inviteNotValid()
    // The link dies with the role of its maker in the group.
    const makerRole = await members.roleOf(invite._id, invite.createdBy)
    if (makerRole !== 'owner' && makerRole !== 'admin') throw inviteNotValid()
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

/** Has one wording for all cases: a user with an old link must not learn which of them it is. */
function inviteNotValid(): AppError {
  return new AppError('invite_not_valid')
}
