import { existsSync } from 'node:fs'
import { copyFile, link, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { BSON } from 'bson'
import { create } from 'tar'
import type { Config } from '../../config.ts'
import { copyDatabase, openStoreReader, verifyDatabase, type StoreReader } from 'parley-engine'
import { StartupError } from '../../lib/errors.ts'
import { diskRoom, type DiskReserve } from '../../lib/files/diskSpace.ts'
import { fsyncPath } from '../../lib/files/fsyncPath.ts'
import { COST_LIMITS } from '../../lib/limits/costLimits.ts'
import { counted, megabytes, messageOf, progress, type Report } from '../operation.command.ts'
import { BACKUP_FORMAT, MANIFEST, PARLEY_VERSION, PARTS, sha256, type Manifest } from '../backup.manifest.ts'
import { mediaBytes, pinMedia } from '../media.snapshot.ts'
import { withStaging } from '../staging.directory.ts'

/** The file is synced each time this much is written. One sync of the whole file would delay the server's own syncs. */
const SYNC_EVERY_BYTES = 4 * 1024 * 1024

/** Receives the finished part, from 0 to 1, and the size of the file in bytes. */
export type OnProgress = (part: number, bytes: number) => void

export interface BackupOptions {
  /** The space that stays free for messages, when the file is on their disk. */
  reserve?: DiskReserve
  /**
   * Whether the backup holds the secret that signs access tokens, which it does unless this is false. A copy that leaves the
   * machine must not let its reader sign tokens for the running server. A restored server without it makes another one,
   * and its users stay signed in.
   */
  withSecret?: boolean
}

/** The progress when the database is copied, and when the copy is checked. */
const COPIED = 0.3
const CHECKED = 0.5

/** The size of a block in a tar file. */
const BLOCK = 512

/**
 * Writes a backup of the data directory, as it is now, into one `.tar.gz`. A server may run on the directory. The file
 * appears complete, synced and readable by its owner only, or not at all.
 * @param file absolute; must not exist
 * @param onProgress is called more often than `report`
 * @param options see BackupOptions
 * @throws StartupError when the data is in MongoDB, the file exists, or the disk has no room; also errors of the engine and the file system
 */
export async function createBackup(
  { mongoUri, dataDir, s3 }: Pick<Config, 'mongoUri' | 'dataDir'> & Partial<Pick<Config, 's3'>>,
  file: string,
  report: Report,
  onProgress: OnProgress = () => {},
  { reserve = COST_LIMITS, withSecret = true }: BackupOptions = {},
): Promise<void> {
  if (mongoUri !== undefined) {
    throw new StartupError(
      'The data is in MongoDB (MONGO_DB_URI). Back it up with mongodump, or copy it into a directory with npm run move.',
    )
  }
  if (existsSync(file)) throw fileExists(file)
  await mkdir(dirname(file), { recursive: true })
  const requireRoom = await roomCheck(dataDir, dirname(file), reserve)
  // The copy of the database, and its compressed form. Media cannot be compressed.
  const { size: database } = await stat(join(dataDir, 'parley.db')).catch(() => ({ size: 0 }))
  await requireRoom(1.5 * database + (await mediaBytes(dataDir)))
  await withStaging(dirname(file), `.${basename(file)}.`, async (staging) => {
    report(`Backing up ${dataDir}`)
    const packed = join(staging, 'packed')
    const { manifest, size } = await copyTo({ packed, dataDir, staging, report, onProgress, requireRoom, withSecret })
    await place(packed, file)
    report(
      `  ${counted(sum(Object.values(manifest.counts)), 'document')} in ${counted(Object.keys(manifest.counts).length, 'collection')}`,
    )
    if (withSecret && !manifest.parts.some(({ name }) => name === 'jwt-secret'))
      report('  There is no jwt-secret in the directory. If you have set JWT_SECRET, keep it yourself.')
    if (s3)
      report(`  Media are in the bucket ${s3.bucket}. Protect them by means of the bucket (versions, replication).`)
    report(`Written: ${file} (${megabytes(size)})`)
  })
}

interface Copying {
  packed: string
  dataDir: string
  staging: string
  report: Report
  onProgress: OnProgress
  requireRoom: (bytes: number) => Promise<void>
  withSecret: boolean
}

async function copyTo({
  packed,
  dataDir,
  staging,
  report,
  onProgress,
  requireRoom,
  withSecret,
}: Copying): Promise<{ manifest: Manifest; size: number }> {
  const copying = progress(report, 'copying the database')
  const compressing = progress(report, 'compressing')
  await copyDatabase(dataDir, join(staging, 'parley.db'), (part) => {
    copying(part)
    onProgress(part * COPIED, 0)
  })
  report('  checking the copy')
  await verifyDatabase(staging)
  const media = await pinMedia(dataDir, staging)
  try {
    const manifest = await describeParts(dataDir, staging, withSecret)
    const progressed: OnProgress = (part, bytes) => {
      compressing(part)
      onProgress(CHECKED + part * (1 - CHECKED), bytes)
    }
    const size = await pack({ staging, manifest, media, packed, onProgress: progressed, requireRoom })
    return { manifest, size }
  } finally {
    if (media) await rm(media.remove, { recursive: true, force: true })
  }
}

/** Describes the files in the staging directory. */
async function describeParts(dataDir: string, staging: string, withSecret: boolean): Promise<Manifest> {
  const secret = join(dataDir, 'jwt-secret')
  if (withSecret && existsSync(secret)) await copyFile(secret, join(staging, 'jwt-secret'))
  const present = PARTS.filter(({ name }) => existsSync(join(staging, name)))
  const parts: Manifest['parts'] = []
  for (const { name } of present) {
    const path = join(staging, name)
    parts.push({ name, bytes: (await stat(path)).size, sha256: await sha256(path) })
  }
  const reader = await openStoreReader(staging)
  try {
    const counts = Object.fromEntries(
      reader.collections().map(({ database, name, count }) => [`${database}.${name}`, count]),
    )
    const createdAt = new Date().toISOString()
    return {
      format: BACKUP_FORMAT,
      parley: PARLEY_VERSION,
      createdAt,
      engineFormat: reader.format,
      schema: schemaOf(reader),
      counts,
      parts,
    }
  } finally {
    reader.close()
  }
}

/** Returns the schema that migrations/migration.runner.ts stored, or 0 for data that is older than this number. */
function schemaOf(reader: StoreReader): number {
  for (const batch of reader.documents('parley', 'versions')) {
    for (const document of batch) {
      const { _id, version }: { _id?: unknown; version?: unknown } = BSON.deserialize(document)
      if (_id === 'schema' && typeof version === 'number') return version
    }
  }
  return 0
}

interface Packing {
  staging: string
  manifest: Manifest
  /** Null when there are none. */
  media: { bytes: number; folders: string[] } | null
  packed: string
  onProgress: OnProgress
  requireRoom: (bytes: number) => Promise<void>
}

/** Packs the files into the archive, and returns its size in bytes. @throws StartupError when the disk has no room any more */
async function pack({ staging, manifest, media, packed, onProgress, requireRoom }: Packing): Promise<number> {
  await writeFile(join(staging, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  const total = sum(manifest.parts.map(({ bytes }) => bytes + BLOCK)) + (media?.bytes ?? 0)
  const names = [MANIFEST, ...manifest.parts.map(({ name }) => name), ...(media?.folders ?? [])]
  let done = 0
  let written = 0
  const output = await open(packed, 'wx', 0o600)
  try {
    await pipeline(
      // The media are links to their real files, and `follow` packs the files.
      create({ cwd: staging, portable: true, strict: true, follow: true }, names),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          onProgress(Math.min(1, (done += chunk.length) / total), written)
          yield chunk
        }
      },
      createGzip(),
      async (chunks: AsyncIterable<Buffer>) => {
        let unsynced = 0
        for await (const chunk of chunks) {
          await output.writeFile(chunk)
          written += chunk.length
          unsynced += chunk.length
          if (unsynced < SYNC_EVERY_BYTES) continue
          await requireRoom(SYNC_EVERY_BYTES)
          await output.datasync()
          unsynced = 0
        }
      },
    )
    await output.sync()
  } finally {
    await output.close()
  }
  return written
}

/**
 * Returns the check that the disk of a backup has room for so many bytes. On another disk than that of the data, a backup may take
 * everything.
 */
async function roomCheck(
  dataDir: string,
  target: string,
  reserve: DiskReserve,
): Promise<(bytes: number) => Promise<void>> {
  const [data, backups] = await Promise.all([stat(dataDir).catch(() => null), stat(target)])
  const kept = data?.dev === backups.dev ? reserve : { diskReserveBytes: 0, diskReserveShare: 0 }
  return async (bytes) => {
    const room = await diskRoom(target, kept)
    if (room >= bytes) return
    throw new StartupError(
      `The disk of ${target} is nearly full: the backup needs about ${megabytes(bytes)} more, and ${megabytes(room)} may be used. ` +
        'Free some space, or write the backup to another disk. No backup was made.',
    )
  }
}

/** Moves a finished file to its name. It never replaces another file. */
async function place(packed: string, file: string): Promise<void> {
  try {
    await link(packed, file)
  } catch (error) {
    if (existsSync(file)) throw fileExists(file)
    // Some file systems have no hard links (FAT, some network shares).
    await rename(packed, file).catch((reason: unknown) => {
      throw new StartupError(`The backup cannot be written to ${file}: ${messageOf(reason)}`, { cause: error })
    })
  }
  await fsyncPath(dirname(file))
}

function fileExists(file: string): StartupError {
  return new StartupError(`${file} is already there and stays as it is. Give the backup another name.`)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
