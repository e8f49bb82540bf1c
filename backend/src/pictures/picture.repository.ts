import { join } from 'node:path'
import { PICTURE_SIZES } from '../contract/index.ts'
import { pictureKey } from '../media/media.keys.ts'
import type { MediaStore } from '../media/media.store.ts'
import type { Models } from '../models/index.ts'
import type { PictureOwner } from '../models/picture.model.ts'

/** How long one that was made waits for its owner to have it, and one that is to be replaced for its owner to have another. */
const SETTING_MS = 3600_000
const REPLACING_MS = 60_000

const PICTURE = { contentType: 'image/webp', disposition: 'inline' }

/** Pictures in the store, and that they go when their owner has another. */
export interface PictureRepository {
  /**
   * Gives the owner another picture, or none; the former is gone when it resolves. A crash in between leaves rows that `sweep` looks at.
   * @param next its files are `<folder>/<size>`
   * @param hold lets the owner have it
   */
  replace(
    owner: PictureOwner,
    former: string | null,
    next: { hash: string; folder: string } | null,
    hold: (hash: string | null) => Promise<void>,
  ): Promise<void>

  exists(hash: string): Promise<boolean>

  /** Looks at those that are due. */
  sweep(now?: Date): Promise<void>
}

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
    async replace(owner, former, next, hold) {
      if (next) {
        const row = { ownerKind: owner.kind, ownerId: owner.id, sweepAt: new Date(Date.now() + SETTING_MS) }
        await Picture.updateOne({ _id: next.hash }, { $set: row }, { upsert: true })
        for (const size of PICTURE_SIZES)
          await store.put(pictureKey(next.hash, size), join(next.folder, String(size)), PICTURE)
      }
      const goes = former !== null && former !== next?.hash ? former : null
      if (goes !== null)
        await Picture.updateOne({ _id: goes }, { $set: { sweepAt: new Date(Date.now() + REPLACING_MS) } })
      await hold(next?.hash ?? null)
      if (goes !== null) await drop(goes)
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
