import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError, type Config } from '../config.ts'

/** Bytes of a secret we make: more than HS256's 32, so that it is never the weak part. */
const SECRET_BYTES = 48

/**
 * The secret that signs access tokens: the configured one, else one that is made at the first start and kept in
 * `<dataDir>/jwt-secret`, readable by the owner alone.
 * @throws ConfigError when the file is there but is not a secret
 */
export async function loadJwtSecret(config: Pick<Config, 'jwtSecret' | 'dataDir'>): Promise<string> {
  if (config.jwtSecret !== undefined) return config.jwtSecret
  const path = join(config.dataDir, 'jwt-secret')
  const kept = (await readIfThere(path)) ?? (await makeSecret(config.dataDir, path))
  // An empty or cut file would sign tokens that anybody can make.
  if (kept.length < 32)
    throw new ConfigError(`${path} does not hold a secret. Delete it and a new one is made at the next start.`)
  return kept
}

/**
 * The file appears complete or not at all: it is written under another name first. Hard-linking it into place fails
 * when another start was faster, and then both use the other's.
 */
async function makeSecret(directory: string, path: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${randomBytes(SECRET_BYTES).toString('base64url')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(draft, path)
  } catch (error) {
    // File systems without hard links (FAT, some network shares): the last of two simultaneous first starts wins there.
    if (!hasCode(error, 'EEXIST')) await rename(draft, path)
  }
  await unlink(draft).catch(() => undefined)
  return (await readFile(path, 'utf8')).trim()
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
