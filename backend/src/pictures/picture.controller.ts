import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Types } from 'mongoose'
import { z } from 'zod'
import { LIMITS, PICTURE_SIZES, type Conversation, type OwnUser } from '../contract/index.ts'
import { AppError, invalidField } from '../lib/errors.ts'
import { orderTime } from '../lib/orderClock.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { createKeyedMutex } from '../lib/keyedMutex.ts'
import { fieldCode, idSchema, validate } from '../lib/validate.ts'
import { receiveFile } from '../media/limitBytes.stream.ts'
import type { ImageProcess } from '../media/images/image.process.ts'
import { pictureKey } from '../media/media.keys.ts'
import type { MediaStore } from '../media/media.store.ts'
import type { Models } from '../models/index.ts'
import type { PictureOwner } from '../models/picture.model.ts'
import type { PictureRepository } from './picture.repository.ts'
import { toOwnUser, toUser } from '../models/user.model.ts'
import type { GroupController, GroupService } from '../groups/index.ts'
import type { Content } from '../media/media.store.ts'

const PICTURE_SECONDS = 3600

const fraction = z.coerce.number().min(0).max(1)
const crop = { x: fraction.optional(), y: fraction.optional(), size: fraction.optional() }
const hasAllOrNone = ({ x, y, size }: { x?: number | undefined; y?: number | undefined; size?: number | undefined }) =>
  [x, y, size].every((value) => value === undefined) || [x, y, size].every((value) => value !== undefined)
const ALL_OR_NONE = { path: ['size'], message: fieldCode('all_or_none_of', { fields: ['x', 'y', 'size'] }) }
const cropSchema = z.strictObject(crop).refine(hasAllOrNone, ALL_OR_NONE)
const groupCropSchema = z.strictObject({ groupId: idSchema, ...crop }).refine(hasAllOrNone, ALL_OR_NONE)
const groupSchema = z.strictObject({ groupId: idSchema })
const openSchema = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{32}$/, fieldCode('must_be_picture_hash')),
  size: z.coerce.number().pipe(z.literal(PICTURE_SIZES)),
})

type Cut = { x?: number | undefined; y?: number | undefined; size?: number | undefined }

export interface PictureControllerDeps {
  models: Pick<Models, 'User' | 'Conversation'>
  pictures: PictureRepository
  store: Pick<MediaStore, 'locate' | 'room'>
  images: ImageProcess
  workFolder: string
  delivery: Pick<Delivery, 'userChanged'>
  groupService: GroupService
  groups: Pick<GroupController, 'get'>
  pictureLimit: RateLimit
}

/** Sets, removes and opens the pictures of users and groups. */
export interface PictureController {
  /** Sets the picture of the actor. @throws AppError `invalid_input`, `too_large`, `rate_limited` */
  setOwn(actor: Actor, input: unknown, content: Readable): Promise<OwnUser>

  /** Removes the picture of the actor. */
  removeOwn(actor: Actor): Promise<OwnUser>

  /**
   * Sets the picture of a group.
   * @throws AppError `invalid_input`, `not_found`, `forbidden` (not an admin of the group), `too_large`, `rate_limited`
   */
  setOfGroup(actor: Actor, input: unknown, content: Readable): Promise<Conversation>

  /** Removes the picture of a group. @throws AppError `not_found`, `forbidden` */
  removeOfGroup(actor: Actor, input: unknown): Promise<Conversation>

  /** Opens a picture. Every user who is signed in may see it. @throws AppError `not_found` */
  open(_actor: Actor, input: unknown): Promise<Content>
}

/** Creates the controller. It never stores the uploaded file: it makes new images of fixed sizes, without metadata. */
export function createPictureController({
  models: { User, Conversation },
  pictures,
  store,
  images,
  workFolder,
  delivery,
  groupService,
  groups,
  pictureLimit,
}: PictureControllerDeps): PictureController {
  const runExclusive = createKeyedMutex()

  /**
   * Makes the sizes of a picture in a temporary folder, and calls `work` with them.
   * @throws AppError `too_large`, `storage_full`, `invalid_input` (not a readable image)
   */
  async function withSizes<T>(
    actor: Actor,
    owner: PictureOwner,
    cut: Cut,
    content: Readable,
    work: (next: { hash: string; folder: string }) => Promise<T>,
  ): Promise<T> {
    const room = await store.room()
    if (room < LIMITS.pictureMaxBytes) throw new AppError('disk_nearly_full', { limit: room })
    const folder = join(workFolder, randomBytes(8).toString('hex'))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    try {
      const file = join(folder, 'picture')
      await receiveFile(content, file, LIMITS.pictureMaxBytes)
      const { x, y, size } = cut
      const square = x !== undefined && y !== undefined && size !== undefined ? { x, y, size } : null
      if (!(await images.run(actor.userId, { kind: 'picture', file, crop: square, folder })))
        throw invalidField('picture', 'must_be_picture')
      const largest = await readFile(join(folder, String(PICTURE_SIZES.at(-1))))
      // The hash includes the owner, so equal pictures of two users have two addresses. Neither user can tell, and one
      // picture can be deleted without the other.
      const hash = createHash('sha256')
        .update(`${owner.kind} ${owner.id.toHexString()} `)
        .update(largest)
        .digest('hex')
        .slice(0, 32)
      return await work({ hash, folder })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  function replaceOwn(actor: Actor, next: { hash: string; folder: string } | null): Promise<OwnUser> {
    const id = new Types.ObjectId(actor.userId)
    return runExclusive(actor.userId, async () => {
      const before = await User.findById(id).lean()
      if (!before) throw new AppError('account_gone')
      await pictures.replace(
        { kind: 'user', id },
        before.pictureHash ?? null,
        next,
        async (pictureHash) => void (await User.updateOne({ _id: id }, { $set: { pictureHash } })),
      )
      const user = { ...before, pictureHash: next?.hash ?? null }
      await delivery.userChanged(toUser(user), user.pictureHash !== (before.pictureHash ?? null))
      return toOwnUser(user)
    })
  }

  async function replaceOfGroup(
    actor: Actor,
    groupId: string,
    next: { hash: string; folder: string } | null,
  ): Promise<Conversation> {
    await groupService.runExclusive(groupId, async () => {
      const { _id, group } = await groupService.requireGroupAdmin(actor, groupId)
      const picture = next?.hash ?? null
      await pictures.replace({ kind: 'group', id: _id }, group.pictureHash, next, async (hash) => {
        await Conversation.collection.updateOne(
          { _id },
          { $set: { 'group.pictureHash': hash }, $max: { changedAt: orderTime() } },
        )
      })
      if (picture !== group.pictureHash)
        await groupService.announceEvent(actor, _id, { kind: 'pictureChanged', picture })
    })
    return groups.get(actor, { groupId })
  }

  return {
    async setOwn(actor, input, content) {
      const cut = validate<Cut>(cropSchema, input)
      await pictureLimit.take(actor.userId)
      return withSizes(actor, { kind: 'user', id: new Types.ObjectId(actor.userId) }, cut, content, (next) =>
        replaceOwn(actor, next),
      )
    },

    removeOwn: (actor) => replaceOwn(actor, null),

    async setOfGroup(actor, input, content) {
      const { groupId, ...cut } = validate<Cut & { groupId: string }>(groupCropSchema, input)
      await pictureLimit.take(actor.userId)
      const { _id } = await groupService.requireGroupAdmin(actor, groupId)
      return withSizes(actor, { kind: 'group', id: _id }, cut, content, (next) => replaceOfGroup(actor, groupId, next))
    },

    async removeOfGroup(actor, input) {
      const { groupId } = validate(groupSchema, input)
      return replaceOfGroup(actor, groupId, null)
    },

    async open(_actor, input) {
      const parsed = openSchema.safeParse(input)
      if (!parsed.success || !(await pictures.exists(parsed.data.hash))) throw new AppError('no_such_picture')
      const { hash, size } = parsed.data
      const headers = { contentType: 'image/webp', disposition: 'inline' }
      return {
        ...headers,
        location: await store.locate(pictureKey(hash, size), headers, PICTURE_SECONDS),
        etag: `"${hash}-${size}"`,
      }
    },
  }
}
