import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DEPLOY, deployed } from './files.ts'

const SYSTEMD_ANALYZE = process.env['SYSTEMD_ANALYZE']

/** Returns its output about the units, with the path of Node on this machine. */
async function verify(change: (unit: string) => string = (unit) => unit): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-units-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const names = await readdir(join(DEPLOY, 'systemd'))
  for (const name of names)
    await writeFile(
      join(directory, name),
      change(await deployed(`systemd/${name}`)).replaceAll('/usr/bin/node', process.execPath),
    )
  return new Promise((resolve) => {
    execFile(
      SYSTEMD_ANALYZE ?? '',
      ['verify', ...names.map((name) => join(directory, name))],
      (_error, out, complaints) => resolve(out + complaints),
    )
  })
}

describe.skipIf(SYSTEMD_ANALYZE === undefined)('the units of systemd', () => {
  it('are valid', async () => {
    expect(await verify()).toBe('')
  })

  it('are refused when they are broken', async () => {
    expect(await verify((unit) => unit.replace('ProtectSystem=', 'ProtectSystems='))).toContain('ProtectSystems')
  })
})
