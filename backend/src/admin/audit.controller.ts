import { Types } from 'mongoose'
import { z } from 'zod'
import {
  ADMIN_ACTIONS,
  LIMITS,
  type AuditEntry,
  type AuditQuery,
  type Page,
  type ProblemCode,
} from '../contract/index.ts'
import { CSV_BEGINNING, csvLine } from '../lib/csv.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import type { Logger } from '../lib/logger.ts'
import { orderedId } from '../lib/orderClock.ts'
import type { Actor } from '../lib/delivery.ts'
import { escapePattern } from '../lib/text.ts'
import { userSearchFilter } from '../lib/names/userSearchFilter.ts'
import { cursorSchema, idSchema, limitSchema, textSchema, validate } from '../lib/validate.ts'
import type { AuditRecord } from '../models/audit.model.ts'
import type { Models } from '../models/index.ts'
import { usersById } from '../accounts/index.ts'

/** A request as it arrived. */
export interface AdminRequest {
  method: string
  /** Below `/api/admin`. */
  path: string
  input: Record<string, unknown>
  ip: string
  /** The name in the log for an action that is not a request. */
  action?: string
}

/** Stores how an action ended. */
export type Settle = (outcome: 'done' | ProblemCode) => void

const ACTION_MAX = 200

const filter = {
  q: z.string().trim().pipe(textSchema(LIMITS.searchMax)).optional(),
  action: z.string().max(ACTION_MAX).optional(),
  actor: idSchema.optional(),
}
const listSchema = z.strictObject({
  ...filter,
  cursor: cursorSchema(100).optional(),
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
}) satisfies z.ZodType<AuditQuery>
const csvSchema = z.strictObject(filter) satisfies z.ZodType<AuditQuery>

/** The most users that a search takes for a name. */
const USERS_MAX = 200
const CSV_PAGE = 500
const ID_SEGMENT = /^[0-9a-f]{24}$/
/** The ids of archives and backups are the names of their files. */
const FILE_SEGMENT = /^[a-z0-9][a-z0-9.-]{0,80}\.gz$/
/** The most characters of one text, and of all details of a request. */
const TEXT_MAX = 500
const DETAIL_MAX = 4000
const SECRET = /password|token/i

export interface AuditController {
  /**
   * Stores that an action begins. It is on disk when the call resolves, so no action is missing from the log, also
   * after a crash. Returns null for a request that changes nothing.
   */
  begin(actor: Actor | null, request: AdminRequest): Promise<Settle | null>

  /** Lists entries, the newest first. @throws AppError `invalid_input` */
  list(_actor: Actor, input: unknown): Promise<Page<AuditEntry>>

  /** Yields the matching entries as CSV. @throws AppError `invalid_input`, before the first part */
  csv(_actor: Actor, input: unknown): Promise<AsyncIterable<string>>

  /** Resolves when the end of each action is stored. */
  settled(): Promise<void>
}

/**
 * Creates the log of what admins did. Nothing here, and no endpoint, changes or deletes an entry. Only the end of the
 * action is added, once.
 */
export function createAuditController({
  models,
  logger,
}: {
  models: Pick<Models, 'Audit' | 'User'>
  logger: Logger
}): AuditController {
  const { Audit, User } = models
  const settling = new Set<Promise<unknown>>()

  return {
    async begin(actor, request) {
      const { endpoint, targetId } = endpointOf(request)
      const known = request.action ?? actionOf(endpoint)
      if (known === undefined && (request.method === 'GET' || request.method === 'HEAD')) return null
      const record: AuditRecord = {
        _id: orderedId(),
        at: new Date(),
        actorId: actor && new Types.ObjectId(actor.userId),
        action: known ?? endpoint.slice(0, ACTION_MAX),
        targetId,
        detail: detailOf(request.input),
        ip: request.ip,
        outcome: 'begun',
      }
      await Audit.collection.insertOne(record)
      return (outcome) => {
        const work = Audit.updateOne({ _id: record._id, outcome: 'begun' }, { $set: { outcome } })
          .exec()
          .catch((error: unknown) =>
            logger.warn(
              { err: error, action: record.action },
              'the end of an action could not be stored in the audit log',
            ),
          )
          .finally(() => settling.delete(work))
        settling.add(work)
      }
    },

    async list(_actor, input) {
      const { cursor, limit, ...query } = validate(listSchema, input)
      const before = cursor === undefined ? null : new Types.ObjectId(decodeCursor(idSchema, cursor))
      const found = await pageOf(await conditions(query), before, limit + 1)
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return {
        items: await described(page),
        nextCursor: last && found.length > limit ? encodeCursor(last._id.toHexString()) : null,
      }
    },

    async csv(_actor, input) {
      return lines(await conditions(validate(csvSchema, input)))
    },

    settled: async () => void (await Promise.all(settling)),
  }

  async function* lines(condition: object): AsyncGenerator<string> {
    yield CSV_BEGINNING + csvLine(['time', 'by', 'action', 'to', 'id', 'details', 'address', 'outcome'])
    let before: Types.ObjectId | null = null
    for (;;) {
      const found: AuditRecord[] = await pageOf(condition, before, CSV_PAGE)
      let text = ''
      for (const { at, actor, action, targetUser, targetId, detail, ip, outcome } of await described(found)) {
        text += csvLine([
          at,
          actor?.username ?? '',
          action,
          targetUser?.username ?? '',
          targetId,
          JSON.stringify(detail),
          ip,
          outcome,
        ])
      }
      if (text !== '') yield text
      before = found.at(-1)?._id ?? null
      if (before === null || found.length < CSV_PAGE) return
    }
  }

  function pageOf(condition: object, before: Types.ObjectId | null, limit: number): Promise<AuditRecord[]> {
    return Audit.find({ ...condition, ...(before && { _id: { $lt: before } }) })
      .sort({ _id: -1 })
      .limit(limit)
      .lean<AuditRecord[]>()
  }

  async function conditions({ q, action, actor }: Pick<AuditQuery, 'q' | 'action' | 'actor'>): Promise<object> {
    return {
      ...(action !== undefined && { action }),
      ...(actor !== undefined && { actorId: new Types.ObjectId(actor) }),
      ...(q !== undefined && q !== '' && { $or: await matching(q) }),
    }
  }

  async function matching(q: string): Promise<object[]> {
    const wanted = userSearchFilter(q)
    const users = wanted === null ? [] : await User.find(wanted.any, { _id: 1 }).limit(USERS_MAX).lean()
    const literal = { $regex: `^${escapePattern(q)}` }
    return [
      { actorId: { $in: users.map(({ _id }) => _id) } },
      { targetId: { $in: [q.toLowerCase(), ...users.map(({ _id }) => _id.toHexString())] } },
      { action: literal },
      { ip: literal },
    ]
  }

  async function described(records: AuditRecord[]): Promise<AuditEntry[]> {
    const targets = records.flatMap(({ targetId }) =>
      targetId !== null && ID_SEGMENT.test(targetId) ? [new Types.ObjectId(targetId)] : [],
    )
    const users = await usersById(models, [...records.flatMap(({ actorId }) => (actorId ? [actorId] : [])), ...targets])
    return records.map(({ _id, at, actorId, action, targetId, detail, ip, outcome }) => ({
      id: _id.toHexString(),
      at: at.toISOString(),
      actor: (actorId && users.get(actorId.toHexString())) ?? null,
      action,
      targetUser: users.get(targetId ?? '') ?? null,
      targetId,
      detail: z.record(z.string(), z.unknown()).catch({}).parse(JSON.parse(detail)),
      ip,
      outcome,
    }))
  }
}

/** Returns the request as a key of `ADMIN_ACTIONS`: `:id` replaces an id. */
function endpointOf({ method, path }: Pick<AdminRequest, 'method' | 'path'>): {
  endpoint: string
  targetId: string | null
} {
  // Express matches a path in any case, with or without a slash at the end, and escaped or not.
  const segments = unescaped(path).toLowerCase().replace(/\/$/, '').split('/')
  const targetId = segments.find(isTarget) ?? null
  return {
    endpoint: `${method} ${segments.map((segment) => (isTarget(segment) ? ':id' : segment)).join('/')}`,
    targetId,
  }
}

const isTarget = (segment: string): boolean => ID_SEGMENT.test(segment) || FILE_SEGMENT.test(segment)

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function actionOf(endpoint: string): string | undefined {
  return Object.entries(ADMIN_ACTIONS).find(([name]) => name === endpoint)?.[1]
}

/** Returns the details of a request, limited in length and without secrets. */
function detailOf(input: Record<string, unknown>): string {
  const detail = JSON.stringify(input, (key, value: unknown) => {
    if (SECRET.test(key)) return '…'
    return typeof value === 'string' && value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX).toWellFormed()}…` : value
  })
  return detail.length > DETAIL_MAX
    ? JSON.stringify({
        fields: Object.keys(input)
          .slice(0, 20)
          .map((key) => key.slice(0, 50)),
        characters: detail.length,
      })
    : detail
}
