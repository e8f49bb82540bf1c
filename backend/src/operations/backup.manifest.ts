import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { StartupError } from '../lib/errors.ts'

/** What a backup consists of, besides its manifest: files of the data directory, in the order in which they come back. */
export const PARTS = [
  /** Signs access tokens; absent when JWT_SECRET is configured. */
  { name: 'jwt-secret', required: false },
  /** Names the contents and archives that come with it (media.ts); absent where there are none, or they are in a bucket. */
  { name: 'media.list', required: false },
  /** Comes last: a directory that has it is complete. */
  { name: 'parley.db', required: true },
] as const

export const MANIFEST = 'manifest.json'

/** Raised when older programs could not read the backup any more. 2: there may be contents in it. 3: and archives. */
export const BACKUP_FORMAT = 3

const manifestSchema = z.object({
  format: z.int().min(1).max(BACKUP_FORMAT),
  /** The program that wrote it. */
  parley: z.string(),
  createdAt: z.iso.datetime(),
  /** Of the database file, and of what the application keeps in it. */
  engineFormat: z.int(),
  schema: z.int(),
  /** How many documents each collection has, by `<database>.<collection>`. */
  counts: z.record(z.string(), z.int()),
  parts: z.array(z.object({ name: z.enum(PARTS.map(({ name }) => name)), bytes: z.int(), sha256: z.string() })),
})

export type Manifest = z.output<typeof manifestSchema>

/** @throws StartupError when it is none, or of a newer program; `file` is the backup's name */
export function parseManifest(text: string, file: string): Manifest {
  const found = json(text)
  const format = z.looseObject({ format: z.int() }).safeParse(found).data?.format
  if (format !== undefined && format > BACKUP_FORMAT) {
    throw new StartupError(
      `${file} was written by a newer Parley (backup format ${format}, this one knows ${BACKUP_FORMAT}). Install that version.`,
    )
  }
  const { data } = manifestSchema.safeParse(found)
  const required = PARTS.filter((part) => part.required)
  if (data === undefined || !required.every(({ name }) => data.parts.some((part) => part.name === name))) {
    throw new StartupError(`${file} is not a backup of Parley: its ${MANIFEST} says something else.`)
  }
  return data
}

/** The SHA-256 of a file, in hex. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** The version of this program. */
export async function parleyVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
