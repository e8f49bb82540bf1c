import { Types } from 'mongoose'
import { AppError } from '../lib/errors.ts'
import type { JobKinds, Jobs } from '../lib/jobs.ts'
import type { Actor, Delivery } from '../lib/delivery.ts'
import { validate } from '../lib/validate.ts'
import type { EndedGroupRepository, GroupService } from '../groups/index.ts'
import { groupIdsOf } from '../conversations/index.ts'
import type { Models } from '../models/index.ts'
import type { PictureRepository } from '../pictures/index.ts'
import { toUser, type UserRecord } from '../models/user.model.ts'
import { deleteUserSchema } from './admin.schemas.ts'
import type { AdminUserController } from './adminUser.controller.ts'
import { type RemoveMessage, removeMessagesOfSender } from '../messages/index.ts'
import { endSessionsOfUser } from '../accounts/index.ts'

export interface DeleteAccountDeps {
  models: Models
  delivery: Delivery
  jobs: Pick<Jobs, 'handle' | 'add' | 'perform'>
  pictures: PictureRepository
  groupService: GroupService
  endedGroups: EndedGroupRepository
  users: Pick<AdminUserController, 'runExclusive' | 'change'>
  removeMessage: RemoveMessage
}

const NAME = 'Deleted account'
/** A server that ends before it has deleted the account leaves a job that finds nothing to do. */
const MEANWHILE_MS = 60_000

/**
 * Takes a person out of the server: what identifies them is gone, what they wrote stays under "Deleted account" unless it goes too.
 * The account comes first, so that nobody can sign in any more; the rest is a job, which the request waits for, and which goes on after a stop
 * in between.
 */
export function createDeleteAccount({
  models,
  delivery,
  jobs,
  pictures,
  groupService,
  endedGroups,
  users,
  removeMessage,
}: DeleteAccountDeps) {
  const { User, Session, Contact, Block, PasswordReset } = models
  jobs.handle('forgetPerson', forget)

  /** @throws AppError `invalid_input`, `not_found`, `last_admin` */
  async function remove(_actor: Actor, input: unknown): Promise<void> {
    const { id, messages } = validate(deleteUserSchema, input)
    const jobId = messages ? `${id}, messages` : id
    const job = await users.runExclusive(async () => {
      const user = await User.findById(id).lean()
      if (!user) throw new AppError('no_such_account')
      const payload = { userId: id, pictureHash: user.pictureHash ?? null, messages: messages ?? false }
      if (user.state !== 'deleted') {
        await jobs.add('forgetPerson', payload, { id: jobId, at: new Date(Date.now() + MEANWHILE_MS) })
        await users.change(user, { ...anonymous(user._id), state: 'deleted' }, { ...user })
      }
      return payload
    })
    await jobs.perform('forgetPerson', job, jobId)
  }

  async function forget({ userId, pictureHash, messages }: JobKinds['forgetPerson']): Promise<void> {
    const user = await User.findById(userId).lean()
    if (user?.state !== 'deleted') return
    const { _id } = user
    await endSessionsOfUser(Session, delivery, _id)
    await pictures.replace({ kind: 'user', id: _id }, pictureHash, null, async () => {})
    await PasswordReset.deleteOne({ _id })
    await Contact.deleteMany({ ownerId: _id })
    await Block.deleteMany({ blockerId: _id })
    for (const groupId of await groupIdsOf(models, userId))
      await groupService.runExclusive(groupId, () => leave({ userId, role: 'member', sessionId: '' }, groupId))
    delivery.userChanged(toUser(user))
    if (messages) await removeMessagesOfSender(models, _id, removeMessage)
  }

  /** As if they had left; who owned the group hands it over, to an admin of it if there is one. */
  async function leave(actor: Actor, groupId: string): Promise<void> {
    const _id = new Types.ObjectId(groupId)
    const others = (await groupService.members.list(_id)).filter(({ userId }) => userId.toHexString() !== actor.userId)
    const heir =
      others.find(({ role }) => role === 'admin') ??
      others.toSorted((a, b) => Number(a.joinedAt ?? 0) - Number(b.joinedAt ?? 0))[0]
    if (heir && (await groupService.members.roleOf(_id, new Types.ObjectId(actor.userId))) === 'owner') {
      await groupService.members.setRole(_id, heir.userId, 'owner')
      await groupService.announceEvent(actor, _id, { kind: 'transferred', userId: heir.userId.toHexString() })
    }
    if (!heir) await endedGroups.markEnded(_id)
    const memberCount = await groupService.removeUser(_id, actor.userId, heir ? 'left' : 'ended')
    if (!heir) await endedGroups.clear(_id)
    else if (memberCount !== null) await groupService.announceEvent(actor, _id, { kind: 'left', memberCount })
  }

  return remove
}

/** Nothing is left to be looked for. Keys are unique, since they must be, and nobody else's: a signup cannot have such a username, which would be too long for it. */
function anonymous(_id: Types.ObjectId): Partial<UserRecord> {
  const key = `deleted-account-${_id.toHexString()}`
  return {
    username: '',
    usernameKey: key,
    email: key,
    fullName: NAME,
    fullNameKey: '',
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
