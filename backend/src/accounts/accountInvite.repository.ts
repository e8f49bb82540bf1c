import type { Types } from 'mongoose'
import { linkTokenHash } from '../lib/auth/linkTokens.ts'
import type { AccountInviteRecord, InviteHold } from '../models/accountInvite.model.ts'
import type { Models } from '../models/index.ts'

/** A signup holds a use of its invitation for a few milliseconds. After this time its process has ended. */
const HOLD_MS = 15_000

/** The uses of invitations. */
export interface AccountInviteRepository {
  /**
   * Finds an invitation that has a use left and has not expired; null when there is none.
   * @param userId the account whose signup asks; a use that an earlier try of it held is given back first
   */
  findUsable(token: string, userId?: Types.ObjectId): Promise<AccountInviteRecord | null>
  /**
   * Takes a use for the account with this id. Call `settle` when the signup has ended. When its process ends before,
   * `findUsable` settles the use later. Null when another signup has taken the last use.
   */
  hold(inviteId: Types.ObjectId, userId: Types.ObjectId): Promise<InviteHold | null>
  /** Makes a held use final when the account exists; gives it back otherwise. */
  settle(inviteId: Types.ObjectId, hold: InviteHold): Promise<void>
}

/** Tells whether a hold has ended. One that would last longer than any is from before the clock was set back. */
const isOver = (until: Date, now: Date): boolean => until <= now || until.getTime() > now.getTime() + 2 * HOLD_MS

/** Creates the repository of the uses of invitations. */
export function createAccountInviteRepository({
  AccountInvite,
  User,
}: Pick<Models, 'AccountInvite' | 'User'>): AccountInviteRepository {
  return { findUsable, hold, settle }

  async function findUsable(token: string, userId?: Types.ObjectId): Promise<AccountInviteRecord | null> {
    const tokenHash = linkTokenHash(token)
    const found = await AccountInvite.findOne({ tokenHash }).lean()
    const now = new Date()
    if (!found || (found.expiresAt !== null && found.expiresAt <= now)) return null
    // Records of earlier versions have no holds.
    const lost = (found.holds ?? []).filter((held) => isOver(held.until, now) || userId?.equals(held.userId) === true)
    for (const each of lost) await settle(found._id, each)
    const settled = lost.length === 0 ? found : await AccountInvite.findOne({ tokenHash }).lean()
    return settled && settled.usesLeft > 0 ? settled : null
  }

  async function hold(_id: Types.ObjectId, userId: Types.ObjectId): Promise<InviteHold | null> {
    const held = { userId, until: new Date(Date.now() + HOLD_MS) }
    const { matchedCount } = await AccountInvite.updateOne(
      { _id, usesLeft: { $gt: 0 } },
      { $inc: { uses: 1, usesLeft: -1 }, $push: { holds: held } },
    )
    return matchedCount === 1 ? held : null
  }

  /**
   * The filter asks for the hold, so that two requests cannot give the same use back. The whole hold is pulled, because
   * not every server that speaks MongoDB's protocol pulls by a part of it.
   */
  async function settle(_id: Types.ObjectId, { userId, until }: InviteHold): Promise<void> {
    const isUsed = (await User.exists({ _id: userId })) !== null
    await AccountInvite.updateOne(
      { _id, 'holds.userId': userId },
      { $pull: { holds: { userId, until } }, ...(!isUsed && { $inc: { uses: -1, usesLeft: 1 } }) },
    )
  }
}
