import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { StartupError } from '../lib/errors.ts'
import { createImageProcess, type ImageProcess } from './images/image.process.ts'
import { createLocalStore } from './local.store.ts'
import type { MediaStore } from './media.store.ts'

/** The store of files, and the process that makes images. */
export interface Media {
  store: MediaStore
  /** Makes previews and pictures in a process of its own. */
  images: ImageProcess
  /** The folder of temporary files. It is empty at each start. */
  workFolder: string
  /** The folder of uploads that are not complete. */
  incomingFolder: string
  /** The other origins that browsers read media from and send media to. */
  origins: string[]
  close(): void
}

/**
 * Opens the store of media: the bucket if one is configured, otherwise a folder.
 * @throws StartupError when the credentials of the bucket are missing
 */
export async function openMedia({
  s3,
  dataDir,
  costLimits,
}: Pick<Config, 's3' | 'dataDir' | 'costLimits'>): Promise<Media> {
  const folder = join(dataDir, 'media')
  const workFolder = join(folder, 'work')
  // The SDK of S3 takes about 20 MB of memory, so it is loaded only where it is needed.
  const store = s3
    ? (await import('./s3.store.ts')).createS3Store(s3)
    : createLocalStore(join(folder, 'store'), costLimits)
  const origins = await originsOf(store)
  await emptyFolder(workFolder)
  const images = createImageProcess(costLimits)
  return {
    store,
    images,
    workFolder,
    incomingFolder: join(folder, 'incoming'),
    origins,
    close() {
      images.close()
      store.close()
    },
  }
}

/** Asks the store for its origins: only the SDK knows how the address of a bucket is made. */
async function originsOf(store: MediaStore): Promise<string[]> {
  try {
    const read = await store.locate('00/probe', { contentType: 'text/plain', disposition: 'attachment' }, 60)
    const write = await store.direct?.sign('00/probe', 0, 60)
    const urls = [...(read.kind === 'redirect' ? [read.url] : []), ...(write ? [write.url] : [])]
    return [...new Set(urls.map((url) => new URL(url).origin))]
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartupError(`Parley cannot sign addresses of the bucket: ${reason}`, { cause })
  }
}

/** Removes the files that a killed server left. */
async function emptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
}
