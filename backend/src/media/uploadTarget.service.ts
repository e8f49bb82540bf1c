import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { UploadTarget } from '../contract/index.ts'
import type { TusUploadStore } from './tusUploads.store.ts'
import { blobKey } from './media.keys.ts'
import { HEAD_BYTES } from './contentType.detector.ts'
import type { ContentHeaders, DirectUploads, MediaStore } from './media.store.ts'

/** How long the address of a presigned PUT is valid. */
const PRESIGNED_SECONDS = 3600

/** Receives contents: through the server, or directly in the bucket. */
export interface UploadTargetService {
  /** Prepares an upload, and returns where the client sends it. */
  begin(id: string, size: number): Promise<UploadTarget>
  /** Returns the content, or null while it is not complete. */
  collect(id: string, size: number): Promise<Collected | null>
  /** Deletes everything of the upload. */
  forget(id: string): Promise<void>
  /** How long the client can still write to the upload after `forget`. */
  readonly openSeconds: number
}

/** A complete content. Clients cannot change it any more. */
export interface Collected {
  /** The first `HEAD_BYTES`, for the detection of the type. */
  head: Buffer
  /** Returns the content as a file of this machine. A content of the bucket is copied into `folder`. */
  file(folder: string): Promise<string>
  /**
   * Stores the content as the original of the blob with this id.
   * @param changed the result of `file` when its content was changed, else null
   */
  storeOriginal(headers: ContentHeaders, changed: string | null): Promise<void>
}

/** Creates the target for resumable uploads through the server. */
export function createServerUploadTarget(incoming: TusUploadStore, store: MediaStore): UploadTargetService {
  return {
    openSeconds: 0,
    async begin(id) {
      await incoming.begin(id)
      return { kind: 'resumable', url: `/api/uploads/${id}` }
    },
    async collect(id, size) {
      if ((await incoming.offset(id)) !== size) return null
      const path = incoming.path(id)
      return {
        head: await headOf(path),
        file: async () => path,
        storeOriginal: (headers) => store.put(blobKey(id, 'original'), path, headers),
      }
    },
    forget: (id) => incoming.remove(id),
  }
}

/**
 * Creates the target for uploads to the bucket by a presigned PUT. The upload is copied before the server reads it: a
 * client that has the address could replace it.
 */
export function createBucketUploadTarget(direct: DirectUploads, store: MediaStore): UploadTargetService {
  const UNSEEN = { contentType: 'application/octet-stream', disposition: 'attachment' }
  return {
    openSeconds: PRESIGNED_SECONDS,
    async begin(id, size) {
      return { kind: 'presigned', ...(await direct.sign(blobKey(id, 'upload'), size, PRESIGNED_SECONDS)) }
    },
    async collect(id, size) {
      const received = blobKey(id, 'received')
      if (!(await direct.adopt(blobKey(id, 'upload'), received, size, UNSEEN))) return null
      const head = await store.get(received, { start: 0, end: HEAD_BYTES - 1 })
      return {
        head: head ? await buffer(head) : Buffer.alloc(0),
        async file(folder) {
          const path = join(folder, 'original')
          const content = await store.get(received)
          if (!content) throw new Error('The uploaded object is gone from the bucket')
          await pipeline(content, createWriteStream(path, { mode: 0o600 }))
          return path
        },
        async storeOriginal(headers, changed) {
          const key = blobKey(id, 'original')
          if (changed === null) await direct.adopt(received, key, size, headers)
          else await store.put(key, changed, headers)
        },
      }
    },
    forget: (id) => store.delete([blobKey(id, 'upload'), blobKey(id, 'received')]),
  }
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
