import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { scratchDirectory } from '../operations/helpers.ts'
import { person, type Person } from '../helpers/people.ts'
import { startProcess } from '../helpers/serverProcess.ts'
import { startNode, startServer, type TestServer } from '../helpers/startServer.ts'
import { announce, fetchAs, filesBelow, original, patch, send, status, tusHeaders, upload } from '../media/files.ts'

const MEGABYTE = 1024 * 1024

it('an upload whose connection was cut continues where it stopped', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const content = randomBytes(3 * MEGABYTE)
  const { id, target } = await announce(ada, 'film.bin', content.length)
  await cutAfter(server, ada, target.url, content, MEGABYTE)
  const head = await status(server, ada, target.url)
  const offset = Number(head.headers.get('upload-offset'))
  expect([head.status, head.headers.get('upload-length'), head.headers.get('tus-resumable')]).toEqual([
    200,
    String(content.length),
    '1.0.0',
  ])
  expect(offset).toBeGreaterThan(0)
  expect(offset).toBeLessThan(content.length)
  expect((await ada.post(`/api/uploads/${id}/complete`, {})).body.code).toBe('upload_incomplete')
  const rest = await patch(server, ada, target.url, offset, new Uint8Array(content.subarray(offset)))
  expect([rest.status, rest.headers.get('upload-offset')]).toEqual([204, String(content.length)])
  const { body } = await ada.post(`/api/uploads/${id}/complete`, {})
  expect(body).toMatchObject({ id, size: content.length })
  expect((await ada.post(`/api/uploads/${id}/complete`, {})).body).toEqual(body)
  expect(Buffer.from(await (await fetchAs(server, ada, original(body))).arrayBuffer()).equals(content)).toBe(true)
})

it('a resumed upload does not wait until the server notices that the former connection is dead', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const content = randomBytes(200_000)
  const { id, target } = await announce(ada, 'film.bin', content.length)
  // It sends one half and then nothing.
  const silent = request(server.url + target.url, { method: 'PATCH', headers: tusHeaders(ada, 0) }).on(
    'error',
    () => {},
  )
  onTestFinished(() => void silent.destroy())
  silent.write(content.subarray(0, 100_000))
  await vi.waitFor(() => expect(statSync(join(server.dataDir, 'media/incoming', id)).size).toBe(100_000), {
    timeout: 5000,
  })
  const offset = Number((await status(server, ada, target.url)).headers.get('upload-offset'))
  expect(offset).toBe(100_000)
  expect((await patch(server, ada, target.url, offset, new Uint8Array(content.subarray(offset)))).status).toBe(204)
  const { body } = await ada.post(`/api/uploads/${id}/complete`, {})
  expect(Buffer.from(await (await fetchAs(server, ada, original(body))).arrayBuffer()).equals(content)).toBe(true)
})

it('bytes for another offset, or beyond the end, are refused', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const { id, target } = await announce(ada, 'a.bin', 10)
  const answer = await patch(server, ada, target.url, 5, new Uint8Array(5))
  expect([answer.status, answer.headers.get('upload-offset')]).toEqual([409, '0'])
  expect((await patch(server, ada, target.url, 0, new Uint8Array(11))).status).toBe(413)
  let parts = 0
  // Large parts after the first: small ones would keep a proxy busy for long before the refusal comes back.
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(parts++ === 0 ? 8 : 65_536)),
  })
  const refused = await patch(server, ada, target.url, 0, endless).then(
    ({ status }) => status,
    () => 413,
  )
  expect(refused).toBe(413)
  expect((await patch(server, ada, target.url, 0, new Uint8Array(5), { 'tus-resumable': '2.0.0' })).status).toBe(412)
  expect((await patch(server, ada, target.url, 0, new Uint8Array(5), { 'content-type': 'text/plain' })).status).toBe(
    415,
  )
  expect((await patch(server, ada, target.url, 0, new Uint8Array(5), { 'upload-offset': '-1' })).status).toBe(400)
  expect(statSync(join(server.dataDir, 'media/incoming', id)).size).toBeLessThanOrEqual(10)
})

it('limits are checked before the content is sent, and the refusal has the number', async () => {
  // Each node adds up the files of all users itself, at most a minute late.
  const server = await startNode({ uploadMaxBytes: 1000, userStorageMaxBytes: 2500, mediaMaxBytes: 4000 })
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  expect(await ask(ada, 1001)).toMatchObject({
    code: 'too_large',
    status: 413,
    limit: 1000,
    detail: expect.stringContaining('1000 bytes'),
  })
  await upload(server, ada, 'a.bin', Buffer.alloc(1000))
  expect((await ada.get('/api/uploads')).body).toEqual({ fileMax: 1000, remaining: 1500, quota: 2500 })
  // An announced upload counts at once, also when many come together.
  const crowd = await Promise.all([ask(ada, 1000), ask(ada, 1000), ask(ada, 1000)])
  expect(crowd.filter(({ id }) => id !== undefined).length).toBeLessThanOrEqual(1)
  expect(crowd.find(({ code }) => code !== undefined)).toMatchObject({
    code: 'quota_exceeded',
    status: 413,
    limit: 2500,
  })
  for (const { id } of crowd) if (id !== undefined) expect((await ada.delete(`/api/uploads/${id}`)).status).toBe(204)
  expect((await ada.get('/api/uploads')).body.remaining).toBe(1500)
  for (let index = 0; index < 2; index += 1) await upload(server, ben, 'b.bin', Buffer.alloc(1000))
  await upload(server, ada, 'c.bin', Buffer.alloc(900))
  expect(await ask(ben, 300)).toMatchObject({ code: 'storage_full', status: 507, limit: 4000 })
  expect((await ada.post('/api/uploads', { name: 'a', size: -1 })).body).toMatchObject({
    code: 'invalid_input',
    errors: [{ field: 'size' }],
  })
  expect((await ada.post('/api/uploads', { name: 'x'.repeat(256), size: 1 })).body).toMatchObject({
    code: 'invalid_input',
    errors: [{ field: 'name' }],
  })
})

it('a user cannot use the upload of another, and a cancelled upload is gone', async () => {
  const server = await startServer()
  const [ada, eve] = [await person(server, 'ada'), await person(server, 'eve')]
  const { id, target } = await announce(ada, 'a.bin', 4)
  expect((await status(server, eve, target.url)).status).toBe(404)
  expect((await patch(server, eve, target.url, 0, new Uint8Array(4))).status).toBe(404)
  expect((await eve.post(`/api/uploads/${id}/complete`, {})).status).toBe(404)
  expect((await eve.delete(`/api/uploads/${id}`)).status).toBe(204)
  expect((await status(server, ada, target.url)).status).toBe(200)
  await patch(server, ada, target.url, 0, new Uint8Array(4))
  await ada.post(`/api/uploads/${id}/complete`, {})
  expect((await eve.delete(`/api/uploads/${id}`)).status).toBe(204)
  expect((await fetchAs(server, ada, `/api/media/${id}/original`)).status).toBe(200)
  expect((await ada.delete(`/api/uploads/${id}`)).status).toBe(204)
  expect((await fetchAs(server, ada, `/api/media/${id}/original`)).status).toBe(404)
  expect(filesBelow(join(server.dataDir, 'media'))).toEqual([])
})

it('after kill -9 an upload continues, and a completed one is there', async () => {
  const dataDir = scratchDirectory()
  const content = randomBytes(2 * MEGABYTE)
  const first = await serverProcess(dataDir)
  const ada = await person(first.server, 'ada')
  const done = await upload(first.server, ada, 'done.bin', content)
  const { id, target } = await announce(ada, 'film.bin', content.length)
  await cutAfter(first.server, ada, target.url, content, MEGABYTE, () => first.child.kill('SIGKILL'))
  await once(first.child, 'exit')
  const { server } = await serverProcess(dataDir)
  const offset = Number((await status(server, ada, target.url)).headers.get('upload-offset'))
  expect(offset).toBeGreaterThan(0)
  expect((await patch(server, ada, target.url, offset, new Uint8Array(content.subarray(offset)))).status).toBe(204)
  const answer = await call(server, ada, 'POST', `/api/uploads/${id}/complete`)
  const attachment = (await answer.json()) as { id: string }
  for (const path of [`/api/media/${attachment.id}/original`, original(done)]) {
    expect(Buffer.from(await (await fetchAs(server, ada, path)).arrayBuffer()).equals(content)).toBe(true)
  }
}, 60_000)

it('a hundred megabytes are uploaded without being held in memory', async () => {
  const dataDir = scratchDirectory()
  const { server, child } = await serverProcess(dataDir)
  const ada = await person(server, 'ada')
  const file = join(scratchDirectory(), 'film')
  const size = 100 * MEGABYTE
  writeFileSync(file, 'a film that is no film ')
  truncateSync(file, size)
  const warm = await upload(server, ada, 'warm.bin', Buffer.alloc(MEGABYTE))
  await (await fetchAs(server, ada, original(warm))).arrayBuffer()
  const { id, target } = await announce(ada, 'film.mp4', size)
  const before = resident(child)
  let highest = before
  const watch = setInterval(() => void (highest = Math.max(highest, resident(child))), 20)
  onTestFinished(() => clearInterval(watch))
  await new Promise<void>((resolve, reject) => {
    const sending = request(
      server.url + target.url,
      { method: 'PATCH', headers: { ...tusHeaders(ada, 0), 'content-length': size } },
      (answer) => {
        answer
          .resume()
          .once('end', () =>
            answer.statusCode === 204 ? resolve() : reject(new Error(`Answered with ${answer.statusCode}`)),
          )
      },
    )
    createReadStream(file).pipe(sending).once('error', reject)
  })
  await call(server, ada, 'POST', `/api/uploads/${id}/complete`)
  const back = await fetchAs(server, ada, `/api/media/${id}/original`)
  let received = 0
  for await (const chunk of back.body ?? []) received += (chunk as Uint8Array).length
  expect(received).toBe(size)
  expect(highest - before).toBeLessThan(size / 2)
}, 60_000)

it('uploads that are not completed, and attachments that are not sent, are removed after a day', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const begun = await announce(ada, 'begun.bin', 10)
  await patch(server, ada, begun.target.url, 0, new Uint8Array(5))
  const unsent = await upload(server, ada, 'unsent.bin', Buffer.from('unsent'))
  const sent = await upload(server, ada, 'sent.bin', Buffer.from('sent'))
  await send(ada, { receiverId: ada.id }, [sent])
  await server.stop()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3600_000 })
  onTestFinished(() => void vi.useRealTimers())
  // The server sweeps at its start.
  await startServer({}, server.dataDir)
  const left = () => filesBelow(join(server.dataDir, 'media')).map((path) => path.split('/').slice(-2).join('/'))
  await vi.waitFor(() => expect(left()).toEqual([`${sent.id}/original`]), { timeout: 10_000 })
  expect(left().join()).not.toContain(unsent.id)
})

async function ask(who: Person, size: number) {
  return (await who.post('/api/uploads', { name: 'a.bin', size })).body
}

/** Sends the beginning, waits until the server has received some of it, and cuts the connection. */
async function cutAfter(
  server: TestServer,
  person: Person,
  url: string,
  content: Buffer,
  length: number,
  cut?: () => void,
): Promise<void> {
  const sending = request(server.url + url, {
    method: 'PATCH',
    headers: { ...tusHeaders(person, 0), 'content-length': content.length },
  }).on('error', () => {})
  sending.write(content.subarray(0, length))
  const path = join(server.dataDir, 'media/incoming', url.split('/').at(-1) ?? '')
  await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(0), { timeout: 5000 })
  cut?.()
  sending.destroy()
}

/** Starts the real program as a process. */
async function serverProcess(dataDir: string): Promise<{ server: TestServer; child: ChildProcess }> {
  const { port, child } = await startProcess({ DATA_DIR: dataDir })
  return { server: { url: `http://127.0.0.1:${port}`, dataDir } as TestServer, child }
}

function call(server: TestServer, { accessToken }: Person, method: string, path: string): Promise<Response> {
  return fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: '{}',
  })
}

/** Returns the bytes of memory of a process. */
function resident({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}
