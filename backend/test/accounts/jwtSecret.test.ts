import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ConfigError } from '../../src/config.ts'
import { loadJwtSecret } from '../../src/accounts/jwtSecret.store.ts'

it('makes a secret at the first start, readable by its owner only, and keeps it', async () => {
  const dataDir = join(await directory(), 'data')
  const secret = await loadJwtSecret({ jwtSecret: undefined, dataDir })
  expect(Buffer.from(secret, 'base64url')).toHaveLength(48)
  expect(await loadJwtSecret({ jwtSecret: undefined, dataDir })).toBe(secret)
  expect((await readFile(join(dataDir, 'jwt-secret'), 'utf8')).trim()).toBe(secret)
  expect((await stat(join(dataDir, 'jwt-secret'))).mode & 0o777).toBe(0o600)
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
})

it('gives simultaneous first starts one secret, and leaves no other file behind', async () => {
  const dataDir = await directory()
  const secrets = await Promise.all(Array.from({ length: 16 }, () => loadJwtSecret({ jwtSecret: undefined, dataDir })))
  expect(new Set(secrets).size).toBe(1)
  expect(await readdir(dataDir)).toEqual(['jwt-secret'])
})

it('uses the configured secret and writes no file', async () => {
  const dataDir = await directory()
  expect(await loadJwtSecret({ jwtSecret: 'configured', dataDir })).toBe('configured')
  expect(await readdir(dataDir)).toEqual([])
})

it('does not start on an empty or cut file', async () => {
  const dataDir = await directory()
  await writeFile(join(dataDir, 'jwt-secret'), '\n')
  await expect(loadJwtSecret({ jwtSecret: undefined, dataDir })).rejects.toThrow(ConfigError)
})

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'parley-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}
