import { NOT_DELETED } from './user.repository.ts'
import type { UserModel, UserRecord } from '../models/user.model.ts'

/**
 * Brings `hasNamesake` up to date after full names changed. Call it after the change was stored: of two changes at the
 * same time the later one sees both.
 * @param skeletons the looks of the old and the new names
 * @returns the accounts whose flag changed. A name that gets or loses a namesake changes one other account.
 */
export async function updateNamesakes(
  users: UserModel,
  skeletons: readonly (string | undefined)[],
): Promise<UserRecord[]> {
  const changed: UserRecord[] = []
  for (const fullNameSkeleton of new Set(skeletons)) {
    if (fullNameSkeleton === undefined || fullNameSkeleton === '') continue
    const alike = { ...NOT_DELETED, fullNameSkeleton }
    const hasNamesake = (await users.find(alike, { _id: 1 }).limit(2).lean()).length > 1
    const outdated = { ...alike, hasNamesake: hasNamesake ? { $ne: true } : true }
    const found = await users.find(outdated).lean()
    if (found.length === 0) continue
    await users.updateMany({ _id: { $in: found.map(({ _id }) => _id) } }, { $set: { hasNamesake } })
    for (const record of found) changed.push(Object.assign(record, { hasNamesake }))
  }
  return changed
}
