import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import packageJson from '../../package.json' with { type: 'json' }
import { StartupError } from '../lib/errors.ts'

/** The files of a backup besides its manifest. A restore puts them back in this order. */
export const PARTS = [
  /** Signs access tokens. Absent when JWT_SECRET is set. */
  { name: 'jwt-secret', required: false },
  /**
   * Lists the media and archives of the backup (media.snapshot.ts). Absent when there are none, or when they are in a
   * bucket.
   */
  { name: 'media.list', required: false },
  /** Comes last: a directory that has it is complete. */
  { name: 'parley.db', required: true },
] as const

export const MANIFEST = 'manifest.json'

/** The format grows when older programs cannot read the backup. 2: it may contain media. 3: it may contain archives. */
export const BACKUP_FORMAT = 3

const manifestSchema = z.object({
  format: z.int().min(1).max(BACKUP_FORMAT),
  /** The version of Parley that wrote the backup. */
  parley: z.string(),
  createdAt: z.iso.datetime(),
  /** The format of the database file, and the schema of its data. */
  engineFormat: z.int(),
  schema: z.int(),
  /** The number of documents of each collection, by `<database>.<collection>`. */
  counts: z.record(z.string(), z.int()),
  parts: z.array(z.object({ name: z.enum(PARTS.map(({ name }) => name)), bytes: z.int(), sha256: z.string() })),
})

export type Manifest = z.output<typeof manifestSchema>

/**
 * Parses the manifest of the backup `file`. @throws StartupError when the text is not a manifest, or a newer Parley
 * wrote it
 */
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
    throw new StartupError(`${file} is not a backup of Parley: its ${MANIFEST} is not valid.`)
  }
  return data
}

/** Returns the SHA-256 of a file in hexadecimal. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** The version of this program. */
export const PARLEY_VERSION = packageJson.version

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
