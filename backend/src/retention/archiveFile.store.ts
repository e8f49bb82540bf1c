import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'
import { CONVERSATION_KINDS } from '../contract/index.ts'
import { diskRoom, type DiskReserve } from '../lib/files/diskSpace.ts'
import { AppError } from '../lib/errors.ts'
import { fsyncPath } from '../lib/files/fsyncPath.ts'

const NAME = /^(?:direct|group|broadcast)-\d{8}-\d{6}-[0-9a-f]{6}\.jsonl\.gz$/
const UNFINISHED = '.unfinished-'
const MANIFEST = '.json'

const manifestSchema = z.object({
  format: z.literal(1),
  name: z.string().regex(NAME),
  kind: z.enum(CONVERSATION_KINDS),
  createdAt: z.iso.datetime(),
  messages: z.int(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  bytes: z.int(),
  sha256: z.string(),
  restoredAt: z.iso.datetime().nullable(),
  /** Whether its messages are removed from the database, or were changed since. */
  isCleared: z.boolean(),
})

/** Describes a finished archive. It is the file `<name>.json` beside it. */
export type ArchiveManifest = z.output<typeof manifestSchema>

/** Writes an archive. */
export interface ArchiveWriter {
  /** Writes one line. `line` has no line break at its end. */
  write(line: string): Promise<void>
  /** Finishes the file. When it resolves, the file is complete, synced and has its name. */
  finish(
    about: Omit<ArchiveManifest, 'format' | 'name' | 'bytes' | 'sha256' | 'restoredAt' | 'isCleared'>,
  ): Promise<ArchiveManifest>
  /** Deletes the unfinished file. */
  abandon(): Promise<void>
}

/** Stores archives in a folder. */
export interface ArchiveFileStore {
  /** Lists the archives, the newest first. */
  list(): Promise<ArchiveManifest[]>

  /** Reads the manifest of an archive, or returns null when there is no such archive. The name may be any text. */
  read(name: string): Promise<ArchiveManifest | null>

  save(manifest: ArchiveManifest): Promise<void>

  /** Begins a file, which is invisible until it is finished. It and its writer throw AppError `storage_full` for a full disk. */
  create(name: string): Promise<ArchiveWriter>

  /** Tells whether a file has the content that was written. */
  isIntact(archiveManifest: ArchiveManifest): Promise<boolean>

  /** Yields the lines of an archive, the header first. */
  lines(name: string): AsyncGenerator<string>

  /** Reads the compressed file. */
  bytes(name: string): Readable

  remove(name: string): Promise<void>

  /** Deletes the files that a killed server left unfinished. Their messages are still in the database. */
  sweep(): Promise<void>
}

/** Bytes of an archive after which the free space is read again. */
const CHECK_EVERY_BYTES = 4 * 1024 * 1024

/**
 * Creates the store. Only complete archives are visible in it.
 * @param reserve the space of the disk that archives leave to messages
 */
export function createArchiveFileStore(folder: string, reserve: DiskReserve): ArchiveFileStore {
  const pathOf = (name: string): string => join(folder, name)

  async function requireRoom(): Promise<void> {
    const limit = await diskRoom(folder, reserve)
    if (limit < CHECK_EVERY_BYTES) throw new AppError('disk_nearly_full', { limit })
  }

  async function manifests(): Promise<ArchiveManifest[]> {
    const names = existsSync(folder) ? await readdir(folder) : []
    const found = await Promise.all(
      names.filter((name) => name.endsWith(MANIFEST)).map((name) => read(name.slice(0, -MANIFEST.length))),
    )
    return found.filter((manifest) => manifest !== null)
  }

  async function read(name: string): Promise<ArchiveManifest | null> {
    if (!NAME.test(name) || !existsSync(pathOf(name)) || !existsSync(pathOf(name + MANIFEST))) return null
    const text = await readFile(pathOf(name + MANIFEST), 'utf8').catch(() => '')
    const manifest = manifestSchema.safeParse(json(text)).data
    return manifest?.name === name ? manifest : null
  }

  async function save(manifest: ArchiveManifest): Promise<void> {
    const path = pathOf(manifest.name + MANIFEST)
    const file = await open(`${pathOf(UNFINISHED + manifest.name)}${MANIFEST}`, 'w', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${pathOf(UNFINISHED + manifest.name)}${MANIFEST}`, path)
    await fsyncPath(folder)
  }

  return {
    list: async () => (await manifests()).toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
    read,
    save,

    async create(name) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await requireRoom()
      const path = pathOf(UNFINISHED + name)
      const file = await open(path, 'wx', 0o600)
      const gzip = createGzip()
      const hash = createHash('sha256')
      let [bytes, unchecked] = [0, 0]
      const written = pipeline(gzip, async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          hash.update(chunk)
          bytes += chunk.length
          unchecked += chunk.length
          if (unchecked >= CHECK_EVERY_BYTES) {
            await requireRoom()
            unchecked = 0
          }
          await file.writeFile(chunk)
        }
      })
      // The next write, or `finish`, reports the failure.
      written.catch(() => {})
      return {
        async write(line) {
          if (gzip.destroyed || !gzip.write(`${line}\n`)) await Promise.race([once(gzip, 'drain'), written])
        },
        async finish(about) {
          gzip.end()
          try {
            await written
            await file.sync()
          } finally {
            await file.close()
          }
          const manifest: ArchiveManifest = {
            format: 1,
            name,
            ...about,
            bytes,
            sha256: hash.digest('hex'),
            restoredAt: null,
            isCleared: false,
          }
          // A manifest without a file is ignored. A file without a manifest would stay for ever.
          await save(manifest)
          await rename(path, pathOf(name))
          await fsyncPath(folder)
          return manifest
        },
        async abandon() {
          gzip.destroy()
          await written.catch(() => {})
          await file.close().catch(() => {})
          await rm(path, { force: true })
        },
      }
    },

    async isIntact({ name, sha256 }) {
      const hash = createHash('sha256')
      await pipeline(createReadStream(pathOf(name)), hash)
      return hash.digest('hex') === sha256
    },

    async *lines(name: string): AsyncGenerator<string> {
      const gunzip = createGunzip()
      // The reader of `gunzip` gets the failure. A reader that stops early ends the pipeline.
      pipeline(createReadStream(pathOf(name)), gunzip).catch(() => {})
      let rest = ''
      gunzip.setEncoding('utf8')
      for await (const chunk of gunzip) {
        const pieces = (rest + String(chunk)).split('\n')
        rest = pieces.pop() ?? ''
        yield* pieces
      }
    },

    bytes: (name) => createReadStream(pathOf(name)),

    async remove(name) {
      await rm(pathOf(name), { force: true })
      await rm(pathOf(name + MANIFEST), { force: true })
      await fsyncPath(folder)
    },

    async sweep() {
      const names = existsSync(folder) ? await readdir(folder) : []
      for (const name of names) if (name.startsWith(UNFINISHED)) await rm(pathOf(name), { force: true })
    },
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
