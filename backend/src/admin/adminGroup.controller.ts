import { Types } from 'mongoose'
import type { z } from 'zod'
import { searchRank, searchWords, userSearchKeys, type AdminGroup, type Page } from '../contract/index.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import type { Actor } from '../lib/delivery.ts'
import { idSchema, validate } from '../lib/validate.ts'
import type { ConversationModel, GroupRecord } from '../models/conversation.model.ts'
import { listGroupsSchema } from './admin.schemas.ts'

/** The most groups that one request searches for a name. The next request continues there. */
const SEARCHED_MAX = 2000
const BATCH = 500
/** The admin sees nothing of the messages. */
const FIELDS = { 'group.name': 1, 'group.memberCount': 1 } as const

export interface AdminGroupController {
  /** Lists groups in the order of their ids. @throws AppError `invalid_input` */
  (_actor: Actor, input: unknown): Promise<Page<AdminGroup>>
}

/** Creates the list of all groups. An admin needs it to send a broadcast to a group. */
export function createAdminGroupController(conversations: ConversationModel): AdminGroupController {
  function groupsWhere(_id: object | undefined, limit: number): Promise<GroupRow[]> {
    return conversations
      .find({ kind: 'group', ...(_id && { _id }) })
      .select(FIELDS)
      .sort({ _id: 1 })
      .limit(limit)
      .lean<GroupRow[]>()
  }

  return async function list(_actor, input) {
    const { q, ids, cursor, limit } = validate<z.output<typeof listGroupsSchema>>(listGroupsSchema, input)
    if (ids !== undefined)
      return {
        items: (await groupsWhere({ $in: ids.map((id) => new Types.ObjectId(id)) }, ids.length)).flatMap(toAdminGroup),
        nextCursor: null,
      }
    const words = searchWords(q)
    const items: AdminGroup[] = []
    let after = cursor === undefined ? undefined : new Types.ObjectId(decodeCursor(idSchema, cursor))
    for (let searched = 0; searched < SEARCHED_MAX; searched += BATCH) {
      const rows = await groupsWhere(after && { $gt: after }, BATCH)
      for (const row of rows) {
        after = row._id
        items.push(
          ...toAdminGroup(row).filter(
            ({ name }) => words.length === 0 || searchRank(userSearchKeys(name), words) !== null,
          ),
        )
        if (items.length === limit) return { items, nextCursor: encodeCursor(after.toHexString()) }
      }
      if (rows.length < BATCH) return { items, nextCursor: null }
    }
    return { items, nextCursor: after ? encodeCursor(after.toHexString()) : null }
  }
}

interface GroupRow {
  _id: Types.ObjectId
  group: Pick<GroupRecord, 'name' | 'memberCount'> | null
}

/** Returns the row of a group, or none when all members have left. */
function toAdminGroup({ _id, group }: GroupRow): AdminGroup[] {
  return group && group.memberCount > 0
    ? [{ id: _id.toHexString(), name: group.name, memberCount: group.memberCount }]
    : []
}
