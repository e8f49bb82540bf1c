import { Types } from 'mongoose'
import { AppError } from '../lib/errors.ts'
import type { JobKinds, Jobs } from '../lib/jobs.ts'
import type { Actor, Delivery } from '../lib/delivery.ts'
import { validate } from '../lib/validate.ts'
import type { BlockRepository } from '../contacts/index.ts'
import type { EndedGroupRepository, GroupService } from '../groups/index.ts'
import { createGroupFinder } from '../conversations/index.ts'
import type { Models } from '../models/index.ts'
import type { PictureRepository } from '../pictures/index.ts'
import { toUser, type UserRecord } from '../models/user.model.ts'
import { deleteUserSchema } from './admin.schemas.ts'
import type { AdminUserController } from './adminUser.controller.ts'
import { type RemoveMessage, removeMessagesOfSender } from '../messages/index.ts'
import { endSessionsOfUser, updateNamesakes } from '../accounts/index.ts'

export interface DeleteAccountDeps {
  models: Models
  blocks: Pick<BlockRepository, 'removeAllBy'>
  delivery: Delivery
  jobs: Pick<Jobs, 'handle' | 'add' | 'perform'>
  pictures: PictureRepository
  groupService: GroupService
  endedGroups: EndedGroupRepository
  users: Pick<AdminUserController, 'runExclusive' | 'change'>
  removeMessage: RemoveMessage
}

/** Deletes an account. @throws AppError `invalid_input`, `not_found`, `last_admin` */
export type DeleteAccount = (actor: Actor, input: unknown) => Promise<void>

const NAME = 'Deleted account'
/** A server that ends before it has deleted the account leaves a job that has nothing to do. */
const DELAY_MS = 60_000

/**
 * Creates the deletion of accounts. It deletes what identifies the user. The messages stay under "Deleted account",
 * unless they are deleted too. The account is deleted first, so the user can no longer sign in. The rest is a job: the
 * request waits for it, and it continues after a restart.
 */
export function createDeleteAccount({
  models,
  blocks,
  delivery,
  jobs,
  pictures,
  groupService,
  endedGroups,
  users,
  removeMessage,
}: DeleteAccountDeps): DeleteAccount {
  const { User, Session, Contact, PasswordReset } = models
  const groupsOf = createGroupFinder(models)
  jobs.handle('forgetPerson', deleteRest)

  async function remove(_actor: Actor, input: unknown): Promise<void> {
    const { id, messages } = validate(deleteUserSchema, input)
    const jobId = messages ? `${id}, messages` : id
    const job = await users.runExclusive(async () => {
      const user = await User.findById(id).lean()
      if (!user) throw new AppError('no_such_account')
      const payload = { userId: id, pictureHash: user.pictureHash ?? null, messages: messages ?? false }
      if (user.state !== 'deleted') {
        await jobs.add('forgetPerson', payload, { id: jobId, at: new Date(Date.now() + DELAY_MS) })
        await users.change(user, { ...anonymous(user._id), state: 'deleted' }, { ...user })
        for (const namesake of await updateNamesakes(User, [user.fullNameSkeleton]))
          await delivery.userChanged(toUser(namesake))
      }
      return payload
    })
    await jobs.perform('forgetPerson', job, jobId)
  }

  async function deleteRest({ userId, pictureHash, messages }: JobKinds['forgetPerson']): Promise<void> {
    const user = await User.findById(userId).lean()
    if (user?.state !== 'deleted') return
    const { _id } = user
    await endSessionsOfUser(Session, delivery, _id)
    await pictures.replace({ kind: 'user', id: _id }, pictureHash, null, async () => {})
    await PasswordReset.deleteOne({ _id })
    await Contact.deleteMany({ ownerId: _id })
    await blocks.removeAllBy(_id)
    for (const groupId of await groupsOf(userId))
      await groupService.runExclusive(groupId, () => leaveGroup({ userId, role: 'member', sessionId: '' }, groupId))
    await delivery.userChanged(toUser(user))
    if (messages) await removeMessagesOfSender(models, _id, removeMessage)
  }

  /**
   * Removes the user from a group, as if the user had left. An owner's group goes to an admin of it, otherwise to its
   * oldest member.
   */
  async function leaveGroup(actor: Actor, groupId: string): Promise<void> {
    const _id = new Types.ObjectId(groupId)
    const others = (await groupService.members.list(_id)).filter(({ userId }) => userId.toHexString() !== actor.userId)
    const successor =
      others.find(({ role }) => role === 'admin') ??
      others.toSorted((a, b) => Number(a.joinedAt ?? 0) - Number(b.joinedAt ?? 0))[0]
    if (successor && (await groupService.members.roleOf(_id, new Types.ObjectId(actor.userId))) === 'owner') {
      await groupService.members.setRole(_id, successor.userId, 'owner')
      await groupService.announceEvent(actor, _id, { kind: 'transferred', userId: successor.userId.toHexString() })
    }
    if (!successor) await endedGroups.markEnded(_id)
    const memberCount = await groupService.removeUser(_id, actor.userId, successor ? 'left' : 'ended')
    if (!successor) await endedGroups.clear(_id)
    else if (memberCount !== null) await groupService.announceEvent(actor, _id, { kind: 'left', memberCount })
  }

  return remove
}

/**
 * Returns the fields of a deleted account, without a key that a search could find. The unique keys contain the id. No
 * signup can take such a username, because it is too long.
 */
function anonymous(_id: Types.ObjectId): Partial<UserRecord> {
  const key = `deleted-account-${_id.toHexString()}`
  return {
    username: '',
    usernameKey: key,
    usernameSkeleton: key,
    email: key,
    fullName: NAME,
    fullNameKey: '',
    fullNameSkeleton: '',
    hasNamesake: false,
    searchKeys: [],
    passwordHash: '',
    role: 'member',
    lastSeenAt: null,
    pictureHash: null,
    bio: '',
    statusText: '',
    mutedUntil: null,
  }
}
