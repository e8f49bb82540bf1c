import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { z } from 'zod'

const NAME = /^parley-\d{8}-\d{6}-[0-9a-f]{6}\.tar\.gz$/
const NOTE = '.json'

const noteSchema = z.object({
  name: z.string().regex(NAME),
  state: z.enum(['running', 'done', 'failed']),
  createdAt: z.iso.datetime(),
  bytes: z.int(),
  sha256: z.string().nullable(),
  problem: z.string().nullable(),
})

/** Describes a backup. It is the file `<name>.json` beside it. */
export type BackupNote = z.output<typeof noteSchema>

/** Stores backups in a folder. */
export interface BackupFileStore {
  pathOf(name: string): string

  /** Reads the note of a backup, or returns null when there is no such backup. The name may be any text. */
  read(name: string): Promise<BackupNote | null>

  /** Lists the notes, the newest first. */
  list(): Promise<BackupNote[]>

  save(note: BackupNote): Promise<void>

  /** Reads the compressed file. */
  content(name: string): Readable

  remove(name: string): Promise<void>

  /** Deletes the files of interrupted backups. Call it only while no backup runs. */
  sweep(): Promise<void>
}

/** Creates the store. */
export function createBackupFileStore(folder: string): BackupFileStore {
  const pathOf = (name: string): string => join(folder, name)

  async function read(name: string): Promise<BackupNote | null> {
    if (!NAME.test(name)) return null
    const text = await readFile(pathOf(name + NOTE), 'utf8').catch(() => 'null')
    const note = noteSchema.safeParse(json(text)).data
    return note?.name === name ? note : null
  }

  return {
    pathOf,
    read,

    async list() {
      const names = existsSync(folder) ? await readdir(folder) : []
      const found = await Promise.all(
        names.filter((name) => name.endsWith(NOTE)).map((name) => read(name.slice(0, -NOTE.length))),
      )
      return found.filter((note) => note !== null).toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
    },

    async save(note) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = pathOf(`.${note.name}${NOTE}`)
      const file = await open(path, 'w', 0o600)
      try {
        await file.writeFile(`${JSON.stringify(note, null, 2)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(path, pathOf(note.name + NOTE))
    },

    content: (name) => createReadStream(pathOf(name)),

    async remove(name) {
      await rm(pathOf(name), { force: true })
      await rm(pathOf(name + NOTE), { force: true })
    },

    async sweep() {
      const names = existsSync(folder) ? await readdir(folder) : []
      for (const name of names) if (name.startsWith('.')) await rm(pathOf(name), { recursive: true, force: true })
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
