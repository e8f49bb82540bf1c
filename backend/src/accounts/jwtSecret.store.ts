import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError, type Config } from '../config.ts'

/** Bytes of a generated secret. HS256 has 32, so the secret is never the weak part. */
const SECRET_BYTES = 48

/**
 * Returns the secret that signs access tokens: the configured one, or one that is generated at the first start and
 * stored in `<dataDir>/jwt-secret`, which only its owner can read.
 * @throws ConfigError when the file exists but holds no secret
 */
export async function loadJwtSecret(config: Pick<Config, 'jwtSecret' | 'dataDir'>): Promise<string> {
  if (config.jwtSecret !== undefined) return config.jwtSecret
  const path = join(config.dataDir, 'jwt-secret')
  const kept = (await readIfThere(path)) ?? (await makeSecret(config.dataDir, path))
  // With the secret of an empty or cut file an attacker could sign tokens.
  if (kept.length < 32)
    throw new ConfigError(`${path} does not hold a secret. Delete it and a new one is made at the next start.`)
  return kept
}

/**
 * Generates and stores a secret. The file appears complete or not at all: it is written under another name and then
 * hard-linked into place. The link fails when another start was faster; then both starts use the other's secret.
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
    // On a file system without hard links (FAT, some network shares) the last of two simultaneous first starts wins.
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
