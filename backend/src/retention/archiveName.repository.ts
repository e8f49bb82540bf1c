import type { Types } from 'mongoose'
import type { DueConversation } from './retentionScan.repository.ts'
import type { Models } from '../models/index.ts'
import { usersById } from '../accounts/index.ts'

/** Names users and conversations in an archive. */
export interface ArchiveNameRepository {
  /** Returns the full name and the username of a user, or the id of a deleted user. */
  user(id: Types.ObjectId): Promise<string>
  /** Returns the name of a group, of the two users of a direct conversation, or "Announcements". */
  conversation(conversation: Pick<DueConversation, 'kind' | 'group' | 'participantIds'>): Promise<string>
}

/** Creates the repository. It looks each user up once. */
export function createArchiveNameRepository(models: Pick<Models, 'User'>): ArchiveNameRepository {
  const names = new Map<string, string>()

  async function user(id: Types.ObjectId): Promise<string> {
    const key = id.toHexString()
    const known = names.get(key)
    if (known !== undefined) return known
    const found = (await usersById(models, [id])).get(key)
    const name = found ? `${found.fullName} (${found.username})` : key
    names.set(key, name)
    return name
  }

  return {
    user,
    async conversation({ kind, group, participantIds }) {
      if (kind === 'broadcast') return 'Announcements'
      if (kind === 'group') return group?.name ?? ''
      const participants = await Promise.all(participantIds.map(user))
      return [...new Set(participants)].join(', ')
    },
  }
}
