import { open } from 'node:fs/promises'
import { createFilePatcher, type FilePatcher } from './file.patcher.ts'
import { eraseGif } from './gif.eraser.ts'
import { eraseIsoMedia } from './isoMedia.eraser.ts'
import { eraseJpeg } from './jpeg.eraser.ts'
import { erasePng } from './png.eraser.ts'
import { eraseTiff } from './tiff.eraser.ts'
import { eraseWebp } from './webp.eraser.ts'

const ERASERS: Readonly<Record<string, (file: FilePatcher) => Promise<void>>> = {
  'image/jpeg': eraseJpeg,
  'image/png': erasePng,
  'image/webp': eraseWebp,
  'image/gif': eraseGif,
  'image/tiff': eraseTiff,
  'image/avif': eraseIsoMedia,
  'image/heic': eraseIsoMedia,
  'image/heic-sequence': eraseIsoMedia,
  'image/heif': eraseIsoMedia,
  'image/heif-sequence': eraseIsoMedia,
  'video/mp4': eraseIsoMedia,
  'video/quicktime': eraseIsoMedia,
  'video/3gpp': eraseIsoMedia,
  'video/3gpp2': eraseIsoMedia,
}

/** Tells whether `eraseMetadata` knows the type. */
export function hasMetadataEraser(mimeType: string): boolean {
  return mimeType in ERASERS
}

/**
 * Erases the metadata of a picture or a video in place: where it was taken, by which camera and by whom. Only the
 * orientation and the colour profile stay, so the picture looks the same, and the file keeps its length. A second call
 * changes nothing, also after a first one that was interrupted.
 * @returns whether the file was changed
 */
export async function eraseMetadata(path: string, mimeType: string): Promise<boolean> {
  const handle = await open(path, 'r+')
  try {
    const file = createFilePatcher(handle, (await handle.stat()).size)
    await ERASERS[mimeType]?.(file)
    return file.isChanged
  } finally {
    await handle.close()
  }
}
