import { createVerify, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { COST_LIMITS } from '../../src/lib/limits/costLimits.ts'
import { createLocalStore } from '../../src/media/local.store.ts'
import { createS3Store } from '../../src/media/s3.store.ts'
import type { MediaStore } from '../../src/media/media.store.ts'
import { S3_SERVER, startS3, type S3Server } from './s3Server.ts'

let scratch: string
let last = 0
beforeAll(() => void (scratch = mkdtempSync(join(tmpdir(), 'parley-store-'))))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function fileOf(content: string | Buffer): string {
  const path = join(scratch, `file-${(last += 1)}`)
  writeFileSync(path, content)
  return path
}

const PNG = { contentType: 'image/png', disposition: `inline; filename*=UTF-8''%D8%B5%D9%88%D8%B1%D8%A9.png` }

/** The cases of every store. */
function contract(name: string, open: () => MediaStore): void {
  describe(`${name} as a store`, () => {
    let store: MediaStore
    beforeAll(() => void (store = open()))
    afterAll(() => store.close())

    it('returns a stored content, and leaves the file', async () => {
      const file = fileOf('What was put')
      await store.put('ab/one/original', file, PNG)
      expect(await text((await store.get('ab/one/original'))!)).toBe('What was put')
      expect(await store.head('ab/one/original')).toEqual({ size: 12 })
      expect(readFileSync(file, 'utf8')).toBe('What was put')
    })

    it('stores the same content again, and an empty object', async () => {
      const file = fileOf('')
      await store.put('ab/empty/original', file, PNG)
      await store.put('ab/empty/original', file, PNG)
      expect(await store.head('ab/empty/original')).toEqual({ size: 0 })
      expect(await buffer((await store.get('ab/empty/original'))!)).toHaveLength(0)
    })

    it('returns a range', async () => {
      await store.put('ab/part/original', fileOf('0123456789'), PNG)
      expect(await text((await store.get('ab/part/original', { start: 2, end: 4 }))!)).toBe('234')
      expect(await text((await store.get('ab/part/original', { start: 8, end: 100 }))!)).toBe('89')
    })

    it('stores many megabytes', async () => {
      const content = Buffer.alloc(12 * 1024 * 1024, 'a large object ')
      await store.put('ab/large/original', fileOf(content), PNG)
      expect((await buffer((await store.get('ab/large/original'))!)).equals(content)).toBe(true)
    })

    it('returns null for an object that was never stored', async () => {
      expect(await store.get('ab/nothing/original')).toBeNull()
      expect(await store.head('ab/nothing/original')).toBeNull()
    })

    it('deletes the named objects only, also missing ones', async () => {
      await store.put('ab/gone/original', fileOf('canary'), PNG)
      await store.put('ab/gone/thumbnail', fileOf('canary'), PNG)
      await store.put('ab/stays/original', fileOf('stays'), PNG)
      await store.delete(['ab/gone/original', 'ab/never/original'])
      expect(await store.get('ab/gone/original')).toBeNull()
      expect(await store.head('ab/gone/thumbnail')).toEqual({ size: 6 })
      await store.delete(['ab/gone/original', 'ab/gone/thumbnail'])
      expect(await store.head('ab/gone/thumbnail')).toBeNull()
      expect(await store.head('ab/stays/original')).toEqual({ size: 5 })
    })

    it.each(['../outside', '/etc/passwd', 'a/../../b', '', 'a//b', 'a/', 'A', 'a.b', 'a\\b', 'a\0b'])(
      'refuses %j as a key',
      async (key) => {
        await expect(store.put(key, fileOf('x'), PNG)).rejects.toThrow(/is not a key/)
        await expect(store.get(key)).rejects.toThrow(/is not a key/)
        await expect(store.head(key)).rejects.toThrow(/is not a key/)
        await expect(store.delete([key])).rejects.toThrow(/is not a key/)
        await expect(store.locate(key, PNG, 60)).rejects.toThrow(/is not a key/)
      },
    )

    it('returns an address for a browser', async () => {
      await store.put('ab/found/original', fileOf('Found'), PNG)
      const location = await store.locate('ab/found/original', PNG, 60)
      if (location.kind === 'file') {
        expect(readFileSync(join(location.root, location.path), 'utf8')).toBe('Found')
        return
      }
      const answer = await fetch(location.url)
      expect(answer.headers.get('content-type')).toBe(PNG.contentType)
      expect(answer.headers.get('content-disposition')).toBe(PNG.disposition)
      expect(await answer.text()).toBe('Found')
    })

    it('has free space', async () => {
      expect(await store.room()).toBeGreaterThan(0)
    })
  })
}

contract('a folder', () => createLocalStore(join(scratch, 'store'), COST_LIMITS))

it('a folder keeps no empty folders and no drafts', async () => {
  const root = join(scratch, 'tidy')
  const store = createLocalStore(root, COST_LIMITS)
  await store.put('ab/one/original', fileOf('1'), PNG)
  expect(readdirSync(join(root, 'ab/one'))).toEqual(['original'])
  await store.delete(['ab/one/original'])
  expect(readdirSync(join(root, 'ab'))).toEqual([])
})

describe.skipIf(S3_SERVER === undefined)('with an S3 server', () => {
  let server: S3Server
  let store: MediaStore
  beforeAll(async () => {
    server = await startS3()
    store = createS3Store(server.config)
  })
  afterAll(async () => {
    store.close()
    await server.stop()
  })

  contract('a bucket', () => createS3Store(server.config))

  it('lets a browser upload an announced content, and adopts it', async () => {
    const { url, headers } = await store.direct!.sign('ab/new/upload', 5, 60)
    expect((await fetch(url, { method: 'PUT', headers, body: 'Hello' })).status).toBe(200)
    expect(await store.direct!.adopt('ab/new/upload', 'ab/new/original', 5, PNG)).toBe(true)
    expect(await text((await store.get('ab/new/original'))!)).toBe('Hello')
    // The address still works, but not for the adopted object.
    expect((await fetch(url, { method: 'PUT', headers, body: 'Other' })).status).toBe(200)
    expect(await text((await store.get('ab/new/original'))!)).toBe('Hello')
  })

  it('refuses a body of another length, a changed address, and an expired one', async () => {
    const { url } = await store.direct!.sign('ab/long/upload', 5, 60)
    expect((await fetch(url, { method: 'PUT', body: 'Hello, longer' })).status).toBe(403)
    expect((await fetch(url.replace('ab/long', 'ab/other'), { method: 'PUT', body: 'Hello' })).status).toBe(403)
    const hourAgo = vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3600_000 })
    const location = await store.locate('ab/found/original', PNG, 60)
    hourAgo.useRealTimers()
    expect(await (await fetch(location.kind === 'redirect' ? location.url : '')).text()).toMatch(/expired/i)
    expect((await fetch(`${server.config.endpoint}/media/ab/found/original`)).status).toBe(403)
  })

  it('does not adopt a missing upload, or one of another size', async () => {
    expect(await store.direct!.adopt('ab/none/upload', 'ab/none/original', 5, PNG)).toBe(false)
    await store.put('ab/small/upload', fileOf('1234'), PNG)
    expect(await store.direct!.adopt('ab/small/upload', 'ab/small/original', 5, PNG)).toBe(false)
  })
})

it('addresses for the CDN have a signature that it can check', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const cdn = {
    url: 'https://media.example.org/',
    keyPairId: 'K2EXAMPLE',
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
  const store = createS3Store({
    bucket: 'media',
    region: 'eu-central-1',
    endpoint: undefined,
    forcePathStyle: false,
    credentials: undefined,
    cdn,
  })
  const location = await store.locate('ab/one/original', PNG, 60)
  const url = new URL(location.kind === 'redirect' ? location.url : '')
  expect(url.origin + url.pathname).toBe('https://media.example.org/ab/one/original')
  expect(url.searchParams.get('Key-Pair-Id')).toBe('K2EXAMPLE')
  const expires = Number(url.searchParams.get('Expires'))
  expect(expires).toBeLessThanOrEqual(Date.now() / 1000 + 61)
  // A canned policy as Amazon documents it: this text is signed with RSA-SHA1.
  const policy = `{"Statement":[{"Resource":"https://media.example.org/ab/one/original","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`
  const signature = Buffer.from(
    url.searchParams.get('Signature')!.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'),
    'base64',
  )
  expect(createVerify('RSA-SHA1').update(policy).verify(publicKey, signature)).toBe(true)
  store.close()
})
