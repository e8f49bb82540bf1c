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
import { fsyncPath } from '../lib/fsyncPath.ts'

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
  /** Its messages are removed from the store, or were changed since. */
  isCleared: z.boolean(),
})

/** Of a finished archive: beside it, as `<name>.json`. */
export type ArchiveManifest = z.output<typeof manifestSchema>

export interface ArchiveWriter {
  /** One line, without its end. */
  write(line: string): Promise<void>
  /** The file is complete, synced and under its name when it resolves. */
  finish(
    about: Omit<ArchiveManifest, 'format' | 'name' | 'bytes' | 'sha256' | 'restoredAt' | 'isCleared'>,
  ): Promise<ArchiveManifest>
  /** As if it had never been begun. */
  abandon(): Promise<void>
}

export interface ArchiveFileStore {
  /** Newest first. */
  list(): Promise<ArchiveManifest[]>

  /** Null: there is no such archive. The name may be anything. */
  read(name: string): Promise<ArchiveManifest | null>

  save(manifest: ArchiveManifest): Promise<void>

  /** Begins a file, which nobody sees before it is finished. */
  create(name: string): Promise<ArchiveWriter>

  /** Whether a file is what was written. */
  isIntact(archiveManifest: ArchiveManifest): Promise<boolean>

  /** Its lines, the header first. */
  lines(name: string): AsyncGenerator<string>

  /** The file as it is. */
  bytes(name: string): Readable

  remove(name: string): Promise<void>

  /** What a killed server left unfinished; its messages are where they were. */
  sweep(): Promise<void>
}

/** The gzip files of a folder and what is known of each. Only whole ones are ever to be seen. */
export function createArchiveFileStore(folder: string): ArchiveFileStore {
  const pathOf = (name: string): string => join(folder, name)

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
      const path = pathOf(UNFINISHED + name)
      const file = await open(path, 'wx', 0o600)
      const gzip = createGzip()
      const hash = createHash('sha256')
      let bytes = 0
      const written = pipeline(gzip, async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          hash.update(chunk)
          bytes += chunk.length
          await file.writeFile(chunk)
        }
      })
      // Told by the next write, or at the end.
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
          // Without its file it says nothing; the other way round, a file without a word about it would be left.
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
      // Told by reading what comes out of it; who stops reading early ends it.
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
