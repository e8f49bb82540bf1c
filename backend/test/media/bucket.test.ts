import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { announce, fetchAs, filesBelow, holding, original, send, upload } from './files.ts'
import { S3_SERVER, startS3, type S3Server } from './s3Server.ts'
import { photo, scriptedSvg, transparentPng } from './samples.ts'

/** Returns the address of the redirect without following it. */
async function redirect(
  url: string,
  accessToken: string,
): Promise<{ status: number; location: string | null; cache: string | null }> {
  const { status, headers } = await fetch(url, {
    redirect: 'manual',
    headers: { cookie: `parley_access=${accessToken}` },
  })
  return { status, location: headers.get('location'), cache: headers.get('cache-control') }
}

describe.skipIf(S3_SERVER === undefined)('with media in a bucket', () => {
  let s3: S3Server
  beforeAll(async () => void (s3 = await startS3()))
  afterAll(() => s3.stop())

  it('contents are uploaded to the bucket and read from it, not through the server', async () => {
    const server = await startServer({ s3: s3.config })
    const [ada, ben, eve] = [await person(server, 'ada'), await person(server, 'ben'), await person(server, 'eve')]
    const content = await photo()
    const image = await upload(server, ada, 'صورة.jpg', content)
    expect(image).toMatchObject({ kind: 'image', width: 3000, height: 4000, hasThumbnail: true })
    await send(ada, { receiverId: ben.id }, [image])
    const { status, location, cache } = await redirect(server.url + original(image), ben.accessToken)
    expect([status, cache]).toEqual([302, 'private, max-age=60'])
    expect(location).toContain(s3.config.endpoint)
    const answer = await fetch(location ?? '')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect(answer.headers.get('content-disposition')).toBe(
      `inline; filename="____.jpg"; filename*=UTF-8''${encodeURIComponent('صورة')}.jpg`,
    )
    const got = Buffer.from(await answer.arrayBuffer())
    expect([got.length, got.includes('canary-of-the-metadata')]).toEqual([content.length, false])
    expect((await fetch(location ?? '', { headers: { range: 'bytes=0-1' } })).status).toBe(206)
    const small = await fetchAs(server, ben, `/api/media/${image.id}/thumbnail`)
    expect([small.status, small.headers.get('content-type')]).toEqual([200, 'image/webp'])
    expect((await redirect(server.url + original(image), eve.accessToken)).status).toBe(404)
    // Nothing of it is on this machine, and no unused object is left in the bucket.
    expect(filesBelow(server.dataDir).filter((path) => path.includes('/media/'))).toEqual([])
    expect(filesBelow(s3.directory).filter((path) => /\/data\/.*\/(?:upload|received)$/.test(path))).toEqual([])
  })

  it('the page may load from the bucket, and from no other server', async () => {
    const server = await startServer({ s3: s3.config })
    const policy = (await fetch(`${server.url}/api/auth/me`)).headers.get('content-security-policy')
    for (const directive of ['img-src', 'media-src'])
      expect(policy).toContain(`${directive} 'self' blob: ${s3.config.endpoint};`)
    expect(policy).toContain(`connect-src 'self' ${s3.config.endpoint};`)
  })

  it('a checked content cannot be replaced afterwards', async () => {
    const server = await startServer({ s3: s3.config })
    const ada = await person(server, 'ada')
    const content = await transparentPng()
    const { id, target } = await announce(ada, 'a.png', content.length)
    if (target.kind !== 'presigned') throw new Error('An upload to a bucket is presigned')
    const put = (body: Buffer) =>
      fetch(target.url, { method: 'PUT', headers: target.headers, body: new Uint8Array(body) })
    expect((await ada.post(`/api/uploads/${id}/complete`, {})).body.code).toBe('upload_incomplete')
    expect((await put(content)).status).toBe(200)
    const { body: attachment } = await ada.post(`/api/uploads/${id}/complete`, {})
    expect(
      (await put(Buffer.concat([scriptedSvg, Buffer.alloc(content.length)]).subarray(0, content.length))).status,
    ).toBe(200)
    expect(Buffer.from(await (await fetchAs(server, ada, original(attachment))).arrayBuffer()).equals(content)).toBe(
      true,
    )
    expect((await put(Buffer.alloc(content.length + 1))).status).toBe(403)
  })

  it('an SVG with a script is saved and not shown, and deleting it leaves nothing in the bucket', async () => {
    const server = await startServer({ s3: s3.config })
    const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
    const file = await upload(
      server,
      ada,
      'logo.svg',
      Buffer.concat([scriptedSvg, Buffer.from('<!-- canary-in-the-bucket -->')]),
    )
    const { headers } = await fetchAs(server, ada, original(file))
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      'application/octet-stream',
      `attachment; filename="logo.svg"; filename*=UTF-8''logo.svg`,
    ])
    const message = await send(ada, { receiverId: ben.id }, [file])
    expect(holding(s3.directory, 'canary-in-the-bucket')).toHaveLength(1)
    await ada.delete(`/api/messages/${message.conversationId}/${message.seq}`)
    expect(holding(s3.directory, 'canary-in-the-bucket')).toEqual([])
    expect((await redirect(server.url + original(file), ada.accessToken)).status).toBe(404)
  })

  it('pictures and empty files are in the bucket too', async () => {
    const server = await startServer({ s3: s3.config })
    const ada = await person(server, 'ada')
    expect(await upload(server, ada, 'empty.txt', Buffer.alloc(0))).toMatchObject({ kind: 'file', size: 0 })
    const headers = { authorization: `Bearer ${ada.accessToken}` }
    const answer = await fetch(`${server.url}/api/auth/me/picture`, {
      method: 'PUT',
      headers,
      body: new Uint8Array(await transparentPng()),
    })
    const { picture } = (await answer.json()) as { picture: string }
    expect((await fetchAs(server, ada, `/api/pictures/${picture}/256`)).headers.get('content-type')).toBe('image/webp')
  })
})

it('a server that cannot sign addresses of its bucket does not start, and says why', async () => {
  const cdn = { url: 'https://media.example.org', keyPairId: 'K2', privateKey: 'no key' }
  const s3 = {
    bucket: 'media',
    region: 'us-east-1',
    endpoint: undefined,
    forcePathStyle: false,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    cdn,
  }
  await expect(startServer({ s3 })).rejects.toThrow(/Parley cannot sign addresses of the bucket/)
})
