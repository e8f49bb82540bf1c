import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { create, extract } from 'tar'
import { expect, it } from 'vitest'
import { createBackup } from '../../src/operations/backup/backup.writer.ts'
import { restoreBackup } from '../../src/operations/restore/backup.restorer.ts'
import { person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { announce, fetchAs, filesBelow, holding, original, patch, send, upload } from '../media/files.ts'
import { transparentPng } from '../media/samples.ts'
import { scratchDirectory } from './helpers.ts'

const quiet = () => {}

async function backedUp() {
  const server = await startServer({ mongoUri: undefined })
  const ada = await person(server, 'ada')
  const attachment = await upload(server, ada, 'a.png', await transparentPng())
  await send(ada, { receiverId: ada.id }, [attachment])
  const { target } = await announce(ada, 'half.bin', 100)
  await patch(server, ada, target.url, 0, new TextEncoder().encode('half of an upload'))
  const file = join(scratchDirectory(), 'backup.tar.gz')
  await createBackup({ mongoUri: undefined, dataDir: server.dataDir }, file, quiet)
  return { server, ada, attachment, file }
}

it('a backup made while the server runs restores media for the users who may read them', async () => {
  const { server, ada, attachment, file } = await backedUp()
  expect(readdirSync(join(server.dataDir, 'media/work'))).toEqual([])
  await server.stop()
  const target = join(scratchDirectory(), 'data')
  await restoreBackup({ mongoUri: undefined, dataDir: target }, file, quiet)
  expect(holding(target, 'half of an upload')).toEqual([])
  for (const path of filesBelow(join(target, 'media'))) expect(statSync(path).mode & 0o777).toBe(0o600)
  const again = await startServer({ mongoUri: undefined }, target)
  const answer = await fetchAs(again, ada, original(attachment))
  expect(Buffer.from(await answer.arrayBuffer()).equals(await transparentPng())).toBe(true)
  expect((await fetchAs(again, ada, `/api/media/${attachment.id}/thumbnail`)).status).toBe(200)
  expect((await fetchAs(again, null, original(attachment))).status).toBe(401)
})

it.each([
  [
    'changed',
    (path: string) => writeFileSync(path, 'x'.repeat(statSync(path).size)),
    /checksum of media\/store\/.* is wrong/,
  ],
  ['slipped in', (path: string) => writeFileSync(`${path}-too`, 'x'), /is not in media.list/],
] as const)('a backup in which a content was %s is refused, and nothing is restored', async (_what, harm, message) => {
  const { file } = await backedUp()
  const unpacked = scratchDirectory()
  await extract({ file, cwd: unpacked })
  harm(filesBelow(join(unpacked, 'media'))[0]!)
  const harmed = join(scratchDirectory(), 'harmed.tar.gz')
  await create({ file: harmed, cwd: unpacked, gzip: true }, readdirSync(unpacked))
  const target = join(scratchDirectory(), 'data')
  await expect(restoreBackup({ mongoUri: undefined, dataDir: target }, harmed, quiet)).rejects.toThrow(message)
  expect(filesBelow(target).filter((path) => !path.endsWith('parley.lock'))).toEqual([])
})

it('restores archives, complete ones only', async () => {
  const { server } = await backedUp()
  const name = 'group-20261121-093000-1a2b3c.jsonl.gz'
  mkdirSync(join(server.dataDir, 'archive'))
  for (const file of [name, `${name}.json`, `.unfinished-${name}`])
    writeFileSync(join(server.dataDir, 'archive', file), `of ${file}`)
  const [file, target] = [join(scratchDirectory(), 'backup.tar.gz'), join(scratchDirectory(), 'data')]
  await createBackup({ mongoUri: undefined, dataDir: server.dataDir }, file, quiet)
  await restoreBackup({ mongoUri: undefined, dataDir: target }, file, quiet)
  expect(readdirSync(join(target, 'archive')).toSorted()).toEqual([name, `${name}.json`])
  expect(readFileSync(join(target, 'archive', name), 'utf8')).toBe(`of ${name}`)
  expect(statSync(join(target, 'archive')).mode & 0o777).toBe(0o700)
  expect(statSync(join(target, 'archive', name)).mode & 0o777).toBe(0o600)
})

it('reports that media in a bucket are not in the file', async () => {
  const server = await startServer({ mongoUri: undefined })
  const lines: string[] = []
  const s3 = {
    bucket: 'choir-media',
    region: 'x',
    endpoint: undefined,
    forcePathStyle: false,
    credentials: undefined,
    cdn: undefined,
  }
  await createBackup(
    { mongoUri: undefined, dataDir: server.dataDir, s3 },
    join(scratchDirectory(), 'b.tar.gz'),
    (line) => lines.push(line),
  )
  expect(lines.join('\n')).toMatch(/Media are in the bucket choir-media/)
})
