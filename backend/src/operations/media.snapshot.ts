import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, copyFile, link, mkdir, readdir, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { sha256 } from './backup.manifest.ts'

/**
 * The folders of a data directory besides the database: media, one file for each, which never change, and archives of
 * old messages.
 */
const FOLDERS = ['media/store', 'archive'] as const
/** A file with one line of JSON for each of them. It is a part of the backup, with its own checksum in the manifest. */
export const MEDIA_LIST = 'media.list'
/**
 * The names that the server gives (media/media.store.ts, retention/archiveFile.store.ts). They cannot leave a
 * directory, and unfinished files have other names.
 */
const NAME = /^(?:media\/store(?:\/[a-z0-9-]+)+|archive\/[a-z0-9][a-z0-9.-]*)$/

const entrySchema = z.object({ name: z.string().regex(NAME), bytes: z.int(), sha256: z.string() })
type Entry = z.output<typeof entrySchema>

/** Returns the top folders of the media and archives that a staging directory has. */
export function mediaFolders(staging: string): string[] {
  return ['media', 'archive'].filter((folder) => existsSync(join(staging, folder)))
}

/** Tells whether a name in a backup is the name of a file of the media or an archive. */
export function isMediaName(name: string): boolean {
  return NAME.test(name)
}

/**
 * Links every file into a directory of its own, so that a file that is deleted meanwhile still exists, lists the files,
 * and makes them visible in `staging`. Call it after the database was copied: then every file of the copy exists,
 * unless it was deleted since. Returns the size in bytes, and the directory to remove afterwards, or null when there
 * are no files.
 */
export async function pinMedia(
  dataDir: string,
  staging: string,
): Promise<{ bytes: number; folders: string[]; remove: string } | null> {
  const folders = FOLDERS.filter((folder) => existsSync(join(dataDir, folder)))
  if (folders.length === 0) return null
  // The server empties this directory at its start, so the links of a killed backup do not stay for ever.
  const pinned = join(dataDir, 'media', 'work', `backup-${randomBytes(6).toString('hex')}`)
  await mkdir(pinned, { recursive: true, mode: 0o700 })
  let bytes = 0
  await pipeline(
    async function* () {
      for (const name of await namesIn(dataDir, folders)) {
        const path = join(pinned, name)
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        if (!(await pin(join(dataDir, name), path))) continue
        const entry: Entry = { name, bytes: (await stat(path)).size, sha256: await sha256(path) }
        bytes += entry.bytes
        yield `${JSON.stringify(entry)}\n`
      }
    },
    createWriteStream(join(staging, MEDIA_LIST), { mode: 0o600 }),
  )
  for (const folder of folders) {
    await mkdir(join(pinned, folder), { recursive: true, mode: 0o700 })
    await mkdir(join(staging, dirname(folder)), { recursive: true, mode: 0o700 })
    await symlink(join(pinned, folder), join(staging, folder), 'junction')
  }
  return { bytes, folders, remove: pinned }
}

/** Returns the bytes of all media and archives. */
export async function mediaBytes(dataDir: string): Promise<number> {
  let bytes = 0
  for (const name of await namesIn(dataDir, FOLDERS)) {
    const { size } = await stat(join(dataDir, name)).catch(() => ({ size: 0 }))
    bytes += size
  }
  return bytes
}

/** Compares the unpacked files with the list. Returns the first difference, or null. */
export async function mediaFault(staging: string): Promise<string | null> {
  const missing = new Set(await namesIn(staging, FOLDERS))
  for await (const line of createInterface({
    input: createReadStream(join(staging, MEDIA_LIST)),
    crlfDelay: Infinity,
  })) {
    const entry = entrySchema.safeParse(JSON.parse(line)).data
    if (!entry) return `${MEDIA_LIST} names a file that does not belong to a backup`
    if (!missing.delete(entry.name)) return `${entry.name} is missing`
    const path = join(staging, entry.name)
    if ((await stat(path)).size !== entry.bytes || (await sha256(path)) !== entry.sha256)
      return `the checksum of ${entry.name} is wrong`
    await chmod(path, 0o600)
  }
  const [unlisted] = missing
  return unlisted === undefined ? null : `${unlisted} is not in ${MEDIA_LIST}`
}

/** Returns the names of the files in these folders that belong to a backup. The names have slashes on every system. */
async function namesIn(directory: string, folders: readonly string[]): Promise<string[]> {
  const names: string[] = []
  for (const folder of folders) {
    if (!existsSync(join(directory, folder))) continue
    const found = await readdir(join(directory, folder), { recursive: true, withFileTypes: true })
    names.push(
      ...found
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(join(directory, '/').length).replaceAll('\\', '/')),
    )
  }
  return names.filter(isMediaName)
}

/** Links a file, or copies it. Returns false when it was deleted meanwhile. */
async function pin(file: string, path: string): Promise<boolean> {
  try {
    await link(file, path)
  } catch {
    if (!existsSync(file)) return false
    // Some file systems have no hard links (FAT, some network shares).
    await copyFile(file, path)
  }
  return true
}
