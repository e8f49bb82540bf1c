import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, copyFile, link, mkdir, readdir, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { sha256 } from './backup.manifest.ts'

/** What a data directory has besides its database: contents of media, a file each, which never changes, and archives of old messages. */
const FOLDERS = ['media/store', 'archive'] as const
/** One line of JSON for each of them: a part of the backup, with its own checksum in the manifest. */
export const MEDIA_LIST = 'media.list'
/** As the server names them (media/media.store.ts, retention/archiveFile.store.ts): nothing that could leave a directory, and nothing that is half done. */
const NAME = /^(?:media\/store(?:\/[a-z0-9-]+)+|archive\/[a-z0-9][a-z0-9.-]*)$/

const entrySchema = z.object({ name: z.string().regex(NAME), bytes: z.int(), sha256: z.string() })
type Entry = z.output<typeof entrySchema>

/** The top folders that they come back in, of those that are there. */
export function mediaFolders(staging: string): string[] {
  return ['media', 'archive'].filter((folder) => existsSync(join(staging, folder)))
}

/** Whether a name in a backup is one of a content or an archive. */
export function isMediaName(name: string): boolean {
  return NAME.test(name)
}

/**
 * Gives every content a second name in a directory of its own, so that what is deleted meanwhile is still there, lists them, and makes them
 * appear in `staging`. After the database was copied: what that has, unless it was deleted since, is there. Returns how many bytes they have.
 */
export async function pinMedia(
  dataDir: string,
  staging: string,
): Promise<{ bytes: number; folders: string[]; remove: string } | null> {
  const folders = FOLDERS.filter((folder) => existsSync(join(dataDir, folder)))
  if (folders.length === 0) return null
  // The server empties this directory when it starts: what a killed backup leaves does not stay for ever.
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

/** Compares what was unpacked with the list. Returns what is wrong, and null when nothing is. */
export async function mediaFault(staging: string): Promise<string | null> {
  const missing = new Set(await namesIn(staging, FOLDERS))
  for await (const line of createInterface({
    input: createReadStream(join(staging, MEDIA_LIST)),
    crlfDelay: Infinity,
  })) {
    const entry = entrySchema.safeParse(JSON.parse(line)).data
    if (!entry) return `${MEDIA_LIST} names something else than contents`
    if (!missing.delete(entry.name)) return `${entry.name} is missing`
    const path = join(staging, entry.name)
    if ((await stat(path)).size !== entry.bytes || (await sha256(path)) !== entry.sha256)
      return `the checksum of ${entry.name} is wrong`
    await chmod(path, 0o600)
  }
  const [unlisted] = missing
  return unlisted === undefined ? null : `${unlisted} is not in ${MEDIA_LIST}`
}

/** What belongs to a backup in these folders of a directory. With slashes, whatever the system has. */
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

/** False when it was deleted meanwhile. */
async function pin(file: string, path: string): Promise<boolean> {
  try {
    await link(file, path)
  } catch {
    if (!existsSync(file)) return false
    // File systems without hard links (FAT, some network shares).
    await copyFile(file, path)
  }
  return true
}
