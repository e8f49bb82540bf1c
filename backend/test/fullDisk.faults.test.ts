import { expect, test } from 'vitest'
import { call, emit, newId, person, request, type Answer } from './helpers/people.ts'
import { FailedStart, startProcess } from './helpers/serverProcess.ts'
import { createSmallDisk, NO_SMALL_DISK } from './helpers/smallDisk.ts'

const MEBIBYTES = 48

test('on a full disk every action is refused in a sentence, reads work, and with space all works again', async ({
  skip,
}) => {
  if (NO_SMALL_DISK !== null) skip(NO_SMALL_DISK)
  const disk = await createSmallDisk(MEBIBYTES)
  const first = await startProcess({}, disk)
  const server = { url: `http://127.0.0.1:${first.port}` }
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const socket = await ada.connect()
  const text = 'x'.repeat(4000)
  const send = () => emit(socket, 'sendMessage', { receiverId: ben.id, text, clientMessageId: newId() })
  const { conversationId } = await request(socket, 'sendMessage', {
    receiverId: ben.id,
    text,
    clientMessageId: newId(),
  })
  const upload = await ada.post('/api/uploads', { name: 'a.txt', size: 100_000 })
  const patch = () =>
    fetch(`${server.url}/api/uploads/${upload.body.id}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${ada.accessToken}`,
        'content-type': 'application/offset+octet-stream',
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
      },
      body: 'x'.repeat(100_000),
    }).then(async (answer): Promise<Answer> => ({ status: answer.status, body: await answer.json().catch(() => null) }))
  let acknowledged = 1

  await disk.fill()
  const refused = await send()
  expect(refused).toMatchObject({
    ok: false,
    problem: { status: 507, reason: 'disk_full', detail: "The server's disk is full." },
  })
  const login = { login: 'ada', password: 'correct horse', transport: 'bearer' }
  const newUser = { username: 'eve', fullName: 'Eve', email: 'eve@example.org', password: 'correct horse' }
  const actions: Record<string, () => Promise<Answer>> = {
    sending: () => ben.post('/api/messages', { receiverId: ada.id, text, clientMessageId: newId() }),
    'sign-in': () => call(server, 'POST', '/api/auth/login', undefined, login),
    refresh: () => call(server, 'POST', '/api/auth/refresh', undefined, { refreshToken: ben.refreshToken }),
    'sign-up': () => call(server, 'POST', '/api/auth/signup', undefined, newUser),
    reading: () => ben.post(`/api/messages/${conversationId}/read`, { seq: 1 }),
    'an upload': () => ada.post('/api/uploads', { name: 'b.txt', size: 100_000 }),
    'a piece of an upload': patch,
    'a profile': () => ada.patch('/api/auth/me', { fullName: 'Ada L.' }),
    'a contact': () => ada.post('/api/contacts', { userId: ben.id }),
    'a group': () => ada.post('/api/groups/create', { name: 'Choir', memberIds: [ben.id], clientGroupId: newId() }),
    'a report': () => ben.post('/api/reports', { userId: ada.id, conversationId, seq: 1, reason: 'spam' }),
    'a setting of the server': () => ada.patch('/api/admin/settings', { registration: 'closed' }),
    'a role': () => ada.patch(`/api/admin/users/${ben.id}`, { role: 'admin' }),
    'a broadcast': () => ada.post('/api/admin/broadcasts', { title: 'News', text: 'News' }),
    'an invite': () => ada.post('/api/admin/invites', {}),
    'a backup': () => ada.post('/api/admin/backups', {}),
    'a reset link': () => ada.post(`/api/admin/users/${ben.id}/reset-link`, {}),
  }
  const answers: Record<string, string> = {}
  for (const [name, act] of Object.entries(actions)) {
    // The server moves its log into the database meanwhile, which frees some pages.
    await disk.fill()
    const { status, body } = await act()
    answers[name] = `${status} ${body?.reason}`
  }
  expect(answers).toEqual(
    Object.fromEntries(
      Object.keys(actions).map((name) => [name, expect.stringMatching(/^507 disk_(full|nearly_full)$/) as unknown]),
    ),
  )
  expect((await ben.get(`/api/messages/${conversationId}`)).body.items).toHaveLength(1)
  expect((await call(server, 'GET', '/readyz')).body).toMatchObject({ status: 'degraded', parts: { disk: 'down' } })

  await disk.makeRoom()
  for (; acknowledged < 20; acknowledged += 1) expect(await send()).toMatchObject({ ok: true })
  expect((await call(server, 'POST', '/api/auth/login', undefined, login)).status).toBe(200)
  expect((await patch()).status).toBe(204)
  await expect.poll(async () => (await call(server, 'GET', '/readyz')).body.status, { timeout: 10_000 }).toBe('ready')

  first.child.kill('SIGKILL')
  await first.errors
  await disk.fill()
  const start = await startProcess({}, disk).catch((error: unknown) => error)
  if (start instanceof FailedStart)
    expect([start.code, start.errors]).toEqual([
      1,
      expect.stringMatching(/^Parley cannot .* disk is full.*\n$/) as unknown,
    ])
  else await (start as typeof first).stop()
  await disk.makeRoom()
  const second = await startProcess({}, disk)
  const again = { url: `http://127.0.0.1:${second.port}` }
  const page = await call(again, 'GET', `/api/messages/${conversationId}`, ada.accessToken)
  expect(page.body.items).toHaveLength(acknowledged)
}, 120_000)
