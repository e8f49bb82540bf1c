import { join } from 'node:path'
import { PICTURE_SIZES } from '../contract/index.ts'
import { pictureKey } from '../media/media.keys.ts'
import type { MediaStore } from '../media/media.store.ts'
import type { Models } from '../models/index.ts'
import type { PictureOwner } from '../models/picture.model.ts'

/**
 * How long a new picture waits for its owner's record to name it, and a replaced one for the record to name another.
 */
const SETTING_MS = 3600_000
const REPLACING_MS = 60_000

const PICTURE = { contentType: 'image/webp', disposition: 'inline' }

/** Stores pictures, and deletes a picture when its owner has another. */
export interface PictureRepository {
  /**
   * Replaces the picture of the owner, or removes it. The former picture is deleted when the call resolves. A crash in
   * between leaves rows for `sweep`.
   * @param next the files are `<folder>/<size>`
   * @param setHash writes the hash into the owner's record
   */
  replace(
    owner: PictureOwner,
    former: string | null,
    next: { hash: string; folder: string } | null,
    setHash: (hash: string | null) => Promise<void>,
  ): Promise<void>

  /** Tells whether there is a picture with this hash. */
  exists(hash: string): Promise<boolean>

  /** Keeps or deletes the pictures that are due. */
  sweep(now?: Date): Promise<void>
}

/** Creates the repository. */
export function createPictureRepository(
  { Picture, User, Conversation }: Pick<Models, 'Picture' | 'User' | 'Conversation'>,
  store: Pick<MediaStore, 'put' | 'delete'>,
): PictureRepository {
  async function drop(hash: string): Promise<void> {
    await store.delete(PICTURE_SIZES.map((size) => pictureKey(hash, size)))
    await Picture.deleteOne({ _id: hash })
  }

  async function isShown(hash: string, { kind, id }: PictureOwner): Promise<boolean> {
    const found =
      kind === 'user'
        ? await User.exists({ _id: id, pictureHash: hash })
        : await Conversation.exists({ _id: id, 'group.pictureHash': hash })
    return found !== null
  }

  return {
    async replace(owner, former, next, setHash) {
      if (next) {
        const row = { ownerKind: owner.kind, ownerId: owner.id, sweepAt: new Date(Date.now() + SETTING_MS) }
        await Picture.updateOne({ _id: next.hash }, { $set: row }, { upsert: true })
        for (const size of PICTURE_SIZES)
          await store.put(pictureKey(next.hash, size), join(next.folder, String(size)), PICTURE)
      }
      const replaced = former !== null && former !== next?.hash ? former : null
      if (replaced !== null)
        await Picture.updateOne({ _id: replaced }, { $set: { sweepAt: new Date(Date.now() + REPLACING_MS) } })
      await setHash(next?.hash ?? null)
      if (replaced !== null) await drop(replaced)
      if (next) await Picture.updateOne({ _id: next.hash }, { $set: { sweepAt: null } })
    },

    async exists(hash) {
      return (await Picture.exists({ _id: hash })) !== null
    },

    async sweep(now = new Date()) {
      for (const { _id, ownerKind, ownerId, sweepAt } of await Picture.find({ sweepAt: { $lte: now } }).lean()) {
        if (await isShown(_id, { kind: ownerKind, id: ownerId }))
          await Picture.updateOne({ _id, sweepAt }, { $set: { sweepAt: null } })
        else await drop(_id)
      }
    },
  }
}
