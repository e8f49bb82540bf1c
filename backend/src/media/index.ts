import { join } from 'node:path'
import type { Config } from '../config.ts'
import { createLocalStore } from './local.store.ts'
import type { MediaStore } from './media.store.ts'

/** The configured store. The SDK of S3 is some 20 MB of memory, so it is loaded only where it is needed. */
export async function openMediaStore({ s3, dataDir }: Pick<Config, 's3' | 'dataDir'>): Promise<MediaStore> {
  if (!s3) return createLocalStore(join(dataDir, 'media', 'store'))
  const { createS3Store } = await import('./s3.store.ts')
  return createS3Store(s3)
}
