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

/** How long the address of a presigned PUT is good for. */
const PRESIGNED_SECONDS = 3600

/** How contents reach the server: through it, or past it into the bucket. */
export interface UploadTargetService {
  begin(id: string, size: number): Promise<UploadTarget>
  /** Null while not all has arrived. */
  collect(id: string, size: number): Promise<Collected | null>
  /** Nothing of the upload is left. */
  forget(id: string): Promise<void>
  /** How long the sender can still put something there after that. */
  readonly openSeconds: number
}

/** A content that is there as a whole, and does not change any more. */
export interface Collected {
  /** The beginning, for sniffing. */
  head: Buffer
  /** As a file of this machine; where it is in the bucket, it is fetched into `folder`. */
  file(folder: string): Promise<string>
  /** Keeps it as the original of the blob with this id. */
  keep(headers: ContentHeaders): Promise<void>
}

/** Resumable, through the server. */
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
        keep: (headers) => store.put(blobKey(id, 'original'), path, headers),
      }
    },
    forget: (id) => incoming.remove(id),
  }
}

/** By a presigned PUT. What was uploaded is copied before anything looks at it, since whoever has the address can replace it. */
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
          if (!content) throw new Error('What was just received is gone from the bucket')
          await pipeline(content, createWriteStream(path, { mode: 0o600 }))
          return path
        },
        async keep(headers) {
          await direct.adopt(received, blobKey(id, 'original'), size, headers)
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
