import { createHash } from 'node:crypto'
import { Types } from 'mongoose'
import type { Conversation, GroupEvent } from '../contract/index.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { AppError } from '../lib/errors.ts'
import { storedRevision } from '../lib/schemas/revisionSchemas.ts'
import { validate } from '../lib/validate.ts'
import type { GroupRecord } from '../models/conversation.model.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import { orderOf, orderTime } from '../lib/orderClock.ts'
import type { Models } from '../models/index.ts'
import type { MessageLog } from '../messageLog/index.ts'
import type { ModerationService } from '../moderation/index.ts'
import { requireConversation, toConversationView } from '../conversations/index.ts'
import { createGroupSchema, editGroupSchema, groupSchema } from './group.schemas.ts'
import { changeKey, type GroupService } from './group.service.ts'
import { requireUsers } from '../accounts/index.ts'
import { withoutBlockers } from '../contacts/index.ts'

export interface GroupControllerDeps {
  models: Models
  log: MessageLog
  delivery: Delivery
  moderation: Pick<ModerationService, 'refusal'>
  groupService: GroupService
  createLimit: RateLimit
  changeLimit: RateLimit
}

export interface GroupController {
  /**
   * Creates a group. The actor becomes its owner. A repeat with the same `clientGroupId` answers the first group and
   * ignores the other fields.
   * @throws AppError `invalid_input`, `not_found` (a member does not exist), `muted`, `text_refused`, `rate_limited`
   */
  create(actor: Actor, input: unknown): Promise<Conversation>

  /**
   * Returns a group that the actor is a member of.
   * @throws AppError `invalid_input`, `not_found`
   */
  get(actor: Actor, input: unknown): Promise<Conversation>

  /**
   * Changes the name, the description or what new members see of the history. A field that keeps its value is not
   * announced.
   * @throws AppError `invalid_input`, `not_found`, `forbidden` (not an admin of the group), `outdated_revision` (edited after
   * `fromRevision`), `muted`, `text_refused`, `rate_limited`
   */
  edit(actor: Actor, input: unknown): Promise<Conversation>
}

/** Creates the controller that creates, shows and edits groups. groupMember.controller.ts changes the members. */
export function createGroupController({
  models,
  log,
  delivery,
  moderation,
  groupService,
  createLimit,
  changeLimit,
}: GroupControllerDeps): GroupController {
  async function toView(actor: Actor, id: Types.ObjectId): Promise<Conversation> {
    await log.settled()
    return toConversationView(models, actor, await requireConversation(models, actor, id.toHexString()))
  }

  /** @throws AppError `muted`, `text_refused` */
  function requireAllowedTexts({ userId }: Actor, name: string | undefined, description: string | undefined): void {
    if (name === undefined && description === undefined) return
    const refusal = moderation.refusal(userId, [name, description])
    if (refusal) throw refusal
  }

  return {
    async create(actor, input) {
      const {
        name,
        memberIds,
        description = '',
        history = 'joined',
        clientGroupId,
      } = validate(createGroupSchema, input)
      const own = new Types.ObjectId(actor.userId)
      const _id = groupId(actor.userId, clientGroupId)
      // A repeat is not refused for what happened since, such as a mute.
      if (!(await models.Conversation.exists({ _id }))) {
        requireAllowedTexts(actor, name, description)
        await createLimit.take(actor.userId)
      }
      const invited = [...new Set(memberIds)].filter((id) => id !== actor.userId)
      await groupService.runExclusive(_id.toHexString(), async () => {
        const existing = await models.Conversation.findById(_id, { 'group.memberCount': 1 }).lean()
        let memberCount = existing?.group?.memberCount
        if (memberCount === undefined) {
          await requireUsers(
            models,
            invited.map((id) => new Types.ObjectId(id)),
          )
          const others = (await withoutBlockers(models, actor, invited)).map((id) => new Types.ObjectId(id))
          memberCount = others.length + 1
          const group = { name, description, pictureHash: null, history, memberCount, createdBy: own, lastJoinedSeq: 1 }
          // When two nodes handle the same request at once, only one inserts the group. Until the group exists, its
          // member rows show nothing.
          await groupService.members.add(
            _id,
            [{ userId: own, role: 'owner' }, ...others.map((userId) => ({ userId, role: 'member' as const }))],
            0,
            true,
          )
          await insert(models, _id, group)
          delivery.joinGroup(
            _id.toHexString(),
            [own, ...others].map((id) => id.toHexString()),
          )
        }
        // Also for an existing group: the server may have been killed before it announced it.
        await groupService.announceEvent(
          actor,
          _id,
          { kind: 'created', name, memberCount },
          `created:${_id.toHexString()}`,
        )
      })
      return toView(actor, _id)
    },

    async get(actor, input) {
      const { groupId } = validate(groupSchema, input)
      const { _id } = await groupService.requireGroup(actor, groupId)
      return toView(actor, _id)
    },

    async edit(actor, input) {
      const { idempotencyKey, groupId, name, description, history, fromRevision } = validate(editGroupSchema, input)
      const key = changeKey(['edit', groupId], idempotencyKey)
      const isSame = (event: GroupEvent) =>
        (event.kind === 'renamed' && event.name === name) ||
        (event.kind === 'described' && event.description === description) ||
        (event.kind === 'historyChanged' && event.history === history)
      const get = () => toView(actor, new Types.ObjectId(groupId))
      if (await groupService.changedBy(actor, key, isSame)) return get()
      requireAllowedTexts(actor, name, description)
      await changeLimit.take(actor.userId)
      await groupService.runExclusive(groupId, async () => {
        // Looked up again: the first request may have run until now.
        if (await groupService.changedBy(actor, key, isSame)) return
        const { _id, group } = await groupService.requireGroupAdmin(actor, groupId)
        const changes: Partial<Record<`group.${keyof GroupRecord}`, string>> = {}
        const events: GroupEvent[] = []
        const revision = (group.revision ?? 0) + 1
        if (name !== undefined && name !== group.name) {
          changes['group.name'] = name
          events.push({ kind: 'renamed', name, revision })
        }
        if (description !== undefined && description !== group.description) {
          changes['group.description'] = description
          events.push({ kind: 'described', description, revision })
        }
        if (history !== undefined && history !== group.history) {
          changes['group.history'] = history
          events.push({ kind: 'historyChanged', history, revision })
        }
        if (events.length === 0) return
        const { matchedCount } = await models.Conversation.collection.updateOne(
          { _id, ...(fromRevision !== undefined && { 'group.revision': storedRevision(fromRevision) }) },
          { $set: changes, $inc: { 'group.revision': 1 }, $max: { changedAt: orderTime() } },
        )
        if (matchedCount === 0) throw groupEdited((await groupService.requireGroup(actor, groupId)).group)
        // The first event stands for the request.
        for (const [index, event] of events.entries())
          await groupService.announceEvent(actor, _id, event, index === 0 ? key : undefined)
      })
      return get()
    },
  }
}

function groupEdited({ name, description, revision = 0 }: GroupRecord): AppError {
  return new AppError('group_edited', { name, description, revision })
}

/**
 * Derives the id from the creator and the client's key. So the unique `_id` settles repeats on every engine and node.
 */
function groupId(userId: string, clientGroupId: string): Types.ObjectId {
  return new Types.ObjectId(createHash('sha256').update(`group:${userId}:${clientGroupId}`).digest().subarray(0, 12))
}

async function insert({ Conversation }: Models, _id: Types.ObjectId, group: GroupRecord): Promise<void> {
  const now = new Date()
  try {
    await Conversation.collection.insertOne({
      _id,
      kind: 'group',
      participantIds: [],
      group,
      lastMessage: null,
      lastSeq: 0,
      lastRev: 0,
      changedAt: orderOf(now),
      lastActivityAt: null,
      createdAt: now,
    })
  } catch (error) {
    if (duplicateKeyAt(error) === null) throw error
  }
}
