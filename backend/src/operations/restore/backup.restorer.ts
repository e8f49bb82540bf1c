import { once } from 'node:events'
import { createReadStream, existsSync } from 'node:fs'
import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar'
import type { Config } from '../../config.ts'
import { openStoreReader, verifyDatabase } from 'parley-engine'
import { StartupError } from '../../lib/errors.ts'
import { MIGRATIONS } from '../../migrations/index.ts'
import { counted, messageOf, progress, type Report } from '../operation.command.ts'
import { fillDirectory } from '../emptyDirectory.guard.ts'
import { isMediaName, MEDIA_LIST, mediaFault, mediaFolders } from '../media.snapshot.ts'
import { MANIFEST, parseManifest, PARTS, sha256, type Manifest } from '../backup.manifest.ts'

/**
 * Restores a backup into a data directory that is empty or does not exist. It checks everything before any file is
 * visible: checksums, every page of the database, and the number of documents.
 * @param file absolute
 * @throws StartupError when the directory is not empty, or the file is damaged, not a backup, or written by a newer
 * Parley
 */
export async function restoreBackup(
  { mongoUri, dataDir }: Pick<Config, 'mongoUri' | 'dataDir'>,
  file: string,
  report: Report,
): Promise<void> {
  if (mongoUri !== undefined) {
    throw new StartupError(
      'The server keeps its data in MongoDB (MONGO_DB_URI): restore it with mongorestore. To bring a backup there, restore it without MONGO_DB_URI, and then use npm run move.',
    )
  }
  if (!existsSync(file)) throw new StartupError(`There is no file ${file}.`)
  report(`Restoring ${file} into ${dataDir}`)
  await fillDirectory(
    dataDir,
    'restore',
    (names) => refuseUnlessEmpty(names, dataDir),
    async (staging) => {
      await unpack(file, staging, progress(report, 'unpacking'))
      const manifest = await readManifest(file, staging)
      report(`  written by Parley ${manifest.parley} at ${manifest.createdAt}; checking it`)
      await checkParts(manifest, file, staging)
      await checkDatabase(manifest, file, staging)
      const hasMedia = manifest.parts.some(({ name }) => name === MEDIA_LIST)
      const fault = hasMedia ? await mediaFault(staging) : null
      if (fault !== null) throw damaged(file, fault)
      const folders = hasMedia ? mediaFolders(staging) : []
      for (const folder of folders) await chmod(join(staging, folder), 0o700)
      for (const [name, count] of Object.entries(manifest.counts)) report(`  ${name}: ${counted(count, 'document')}`)
      // This is the order of PARTS, not the order of the manifest: the database comes last.
      const parts = PARTS.map(({ name }) => name).filter(
        (name) => name !== MEDIA_LIST && manifest.parts.some((part) => part.name === name),
      )
      return [...folders, ...parts]
    },
  )
  report(`Restored. Start the server with DATA_DIR=${dataDir}.`)
}

function refuseUnlessEmpty(names: readonly string[], dataDir: string): void {
  if (names.length === 0) return
  throw new StartupError(
    `The data directory ${dataDir} is not empty (${names.slice(0, 3).join(', ')}). A backup needs an empty directory. Nothing was changed. ` +
      'Move it away first, or give another DATA_DIR.',
  )
}

/** Unpacks the files that belong to a backup, and no others. A name cannot leave the staging directory. */
async function unpack(file: string, staging: string, onProgress: (part: number) => void): Promise<void> {
  const names = new Set<string>([MANIFEST, ...PARTS.map(({ name }) => name)])
  const filter = (path: string, entry: object) =>
    (names.has(path) || isMediaName(path)) && 'type' in entry && entry.type === 'File'
  const unpacker = extract({ cwd: staging, strict: true, preserveOwner: false, filter })
  const ended = new Promise<void>((resolve, reject) => void unpacker.on('close', resolve).on('error', reject))
  const { size } = await stat(file)
  let done = 0
  try {
    await Promise.all([
      ended,
      pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          onProgress((done += chunk.length) / size)
          if (!unpacker.write(chunk)) await Promise.race([once(unpacker, 'drain'), ended])
        }
        unpacker.end()
      }),
    ])
  } catch (error) {
    throw new StartupError(
      `${file} is damaged, or is not a backup of Parley: ${messageOf(error)}. Nothing was restored.`,
      { cause: error },
    )
  }
}

async function readManifest(file: string, staging: string): Promise<Manifest> {
  const path = join(staging, MANIFEST)
  if (!existsSync(path))
    throw new StartupError(`${file} is not a backup of Parley: there is no ${MANIFEST} in it. Nothing was restored.`)
  const manifest = parseManifest(await readFile(path, 'utf8'), file)
  if (manifest.schema <= MIGRATIONS.length) return manifest
  throw new StartupError(
    `${file} was written by a newer Parley (${manifest.parley}, schema ${manifest.schema}, this one knows ${MIGRATIONS.length}). Install that version.`,
  )
}

async function checkParts({ parts }: Manifest, file: string, staging: string): Promise<void> {
  for (const { name, bytes, sha256: expected } of parts) {
    const path = join(staging, name)
    if (!existsSync(path)) throw damaged(file, `${name} is missing`)
    if ((await stat(path)).size !== bytes || (await sha256(path)) !== expected)
      throw damaged(file, `the checksum of ${name} is wrong`)
    await chmod(path, 0o600)
  }
}

async function checkDatabase({ counts }: Manifest, file: string, staging: string): Promise<void> {
  try {
    await verifyDatabase(staging)
  } catch (error) {
    throw damaged(file, messageOf(error))
  }
  const reader = await openStoreReader(staging)
  try {
    const found = Object.fromEntries(
      reader.collections().map(({ database, name, count }) => [`${database}.${name}`, count]),
    )
    const names = new Set([...Object.keys(found), ...Object.keys(counts)])
    for (const name of names)
      if (found[name] !== counts[name])
        throw damaged(file, `${name} has ${found[name] ?? 0} documents instead of ${counts[name] ?? 0}`)
  } finally {
    reader.close()
  }
}

function damaged(file: string, fault: string): StartupError {
  return new StartupError(`${file} is damaged: ${fault}. Nothing was restored.`)
}
