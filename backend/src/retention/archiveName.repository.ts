import type { Types } from 'mongoose'
import type { DueConversation } from './retentionScan.repository.ts'
import type { Models } from '../models/index.ts'
import { usersById } from '../accounts/index.ts'

/** What people and conversations are called in an archive: each is looked up once. */
export function createArchiveNameRepository(models: Pick<Models, 'User'>) {
  const people = new Map<string, string>()

  async function person(id: Types.ObjectId): Promise<string> {
    const key = id.toHexString()
    const known = people.get(key)
    if (known !== undefined) return known
    const user = (await usersById(models, [id])).get(key)
    const name = user ? `${user.fullName} (${user.username})` : key
    people.set(key, name)
    return name
  }

  return {
    person,
    /** A group's name, the two people of a direct conversation, or Announcements. */
    async conversation({
      kind,
      group,
      participantIds,
    }: Pick<DueConversation, 'kind' | 'group' | 'participantIds'>): Promise<string> {
      if (kind === 'broadcast') return 'Announcements'
      if (kind === 'group') return group?.name ?? ''
      const names = await Promise.all(participantIds.map(person))
      return [...new Set(names)].join(', ')
    },
  }
}
