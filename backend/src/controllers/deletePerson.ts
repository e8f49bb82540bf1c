import { Types } from 'mongoose'
import { AppError } from '../lib/errors.ts'
import type { Actor, Delivery } from '../lib/ports.ts'
import { validate } from '../lib/validate.ts'
import type { EndedGroups } from '../models/endedGroups.ts'
import { groupsOf } from '../models/groupMembers.ts'
import type { Models } from '../models/index.ts'
import type { PictureBook } from '../models/pictureBook.ts'
import { toUser, type UserRecord } from '../models/user.model.ts'
import { deleteUserSchema } from './admin.schemas.ts'
import type { AdminUserController } from './adminUser.controller.ts'
import type { GroupKeeper } from './groupKeeper.ts'
import { removeAllOf, type RemoveMessage } from './removeMessage.ts'
import { endSessionsOf } from './sessions.ts'

export interface DeletePersonDeps {
  models: Models
  delivery: Delivery
  pictures: PictureBook
  keeper: GroupKeeper
  ended: EndedGroups
  accounts: Pick<AdminUserController, 'inTurn' | 'change'>
  removeMessage: RemoveMessage
}

const NAME = 'Deleted account'

/**
 * Takes a person out of the server: what identifies them is gone, what they wrote stays under "Deleted account" unless it goes too.
 * The account comes first, so that nobody can sign in any more; a stop in between leaves the rest, which a repeat of the request does.
 */
export function deletePerson({ models, delivery, pictures, keeper, ended, accounts, removeMessage }: DeletePersonDeps) {
  const { User, Session, Contact, Block, PasswordReset } = models

  /** @throws AppError `invalid_input`, `not_found`, `last_admin` */
  return async function remove(_actor: Actor, input: unknown): Promise<void> {
    const { id, messages } = validate(deleteUserSchema, input)
    const before = await accounts.inTurn(async () => {
      const user = await User.findById(id).lean()
      if (!user) throw new AppError('not_found', 'There is no such account.')
      if (user.state !== 'deleted') await accounts.change(user, { ...anonymous(user._id), state: 'deleted' }, { ...user })
      return user
    })
    const { _id } = before
    await endSessionsOf(Session, delivery, _id)
    // Whose picture it was is known only the first time; after a stop the sweep of pictures finds that nobody shows it.
    await pictures.replace({ kind: 'user', id: _id }, before.pictureHash, null, async () => {})
    await PasswordReset.deleteOne({ _id })
    await Contact.deleteMany({ ownerId: _id })
    await Block.deleteMany({ blockerId: _id })
    for (const groupId of await groupsOf(models, id)) await keeper.inTurn(groupId, () => leave({ userId: id, role: 'member', sessionId: '' }, groupId))
    const after = await User.findById(_id).lean()
    if (after) delivery.userChanged(toUser(after))
    if (messages) await removeAllOf(models, _id, removeMessage)
  }

  /** As if they had left; who owned the group hands it over, to an admin of it if there is one. */
  async function leave(actor: Actor, groupId: string): Promise<void> {
    const _id = new Types.ObjectId(groupId)
    const others = (await keeper.members.list(_id)).filter(({ userId }) => userId.toHexString() !== actor.userId)
    const heir = others.find(({ role }) => role === 'admin') ?? others.toSorted((a, b) => Number(a.joinedAt ?? 0) - Number(b.joinedAt ?? 0))[0]
    if (heir && (await keeper.members.roleOf(_id, new Types.ObjectId(actor.userId))) === 'owner') {
      await keeper.members.setRole(_id, heir.userId, 'owner')
      await keeper.tell(actor, _id, { kind: 'transferred', userId: heir.userId.toHexString() })
    }
    if (!heir) await ended.note(_id)
    const memberCount = await keeper.letOut(_id, actor.userId, heir ? 'left' : 'ended')
    if (!heir) await ended.clear(_id)
    else if (memberCount !== null) await keeper.tell(actor, _id, { kind: 'left', memberCount })
  }
}

/** Nothing is left to be looked for. Keys are unique, since they must be, and nobody else's: a signup cannot have such a username, which would be too long for it. */
function anonymous(_id: Types.ObjectId): Partial<UserRecord> {
  const key = `deleted-account-${_id.toHexString()}`
  return {
    username: '', usernameKey: key, email: key, fullName: NAME, fullNameKey: '', searchKeys: [], passwordHash: '', role: 'member',
    lastSeenAt: null, pictureHash: null, bio: '', statusText: '', mutedUntil: null,
  }
}
