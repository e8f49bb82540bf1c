import { vi } from 'vitest'
import type { ClientToServerEvents } from '../../../src/contract/index.ts'
import { endpointsOf } from '../../helpers/endpoints.ts'
import { add, createGroup, say, setRole, syncAll, team } from '../../helpers/groups.ts'
import { call, newId, request, type ClientSocket, type Person } from '../../helpers/people.ts'
import type { TestServer } from '../../helpers/startServer.ts'
import { announce, send, status, upload } from '../../media/files.ts'
import { transparentPng } from '../../media/samples.ts'
import { recordQueries, type AskedQuery } from './record.ts'
import { announcements, pages, panel, secondStart, type Made } from './walkPanel.ts'

interface Walked {
  /** The endpoints that no request reached. */
  missing: string[]
  asked: AskedQuery[]
  /** The data directory of the server. */
  dataDir: string
}

/**
 * Uses a server as users and admins do, so that each query runs at least once: each endpoint and event, lists with each
 * order, filter and second page, retention, broadcasts with reminders, and a second start. Queries of migrations are
 * left out, because they read everything once. The server is stopped at the end.
 */
export async function walk(): Promise<Walked> {
  const answered: { method: string; path: string }[] = []
  const ask = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const answer = await ask(input, init)
    const { url, method } = new Request(input, { method: init?.method ?? 'GET' })
    if (!answer.ok) throw new Error(`${method} ${url}: ${await answer.text()}`)
    answered.push({ method, path: new URL(url).pathname })
    return answer
  })
  const { server, people } = await team(['admin', 'grace', 'heidi', 'ivan'], { mediaMaxBytes: 1e9 })
  const { asked, stop } = recordQueries()
  const made = people as Made
  await accounts(server, made)
  await conversations(made)
  await events(made)
  await files(server, made)
  const groupId = await groups(made)
  await announcements(server, made)
  await panel(server, made)
  // The page exists only when it was built.
  const endpoints = endpointsOf(server.app).filter((endpoint) => endpoint.includes(' /api/'))
  await server.stop()
  const again = await secondStart(server, made, groupId)
  await again.stop()
  stop()
  return {
    missing: endpoints.filter((endpoint) => !answered.some(({ method, path }) => isAt(endpoint, method, path))),
    asked: asked(),
    dataDir: server.dataDir,
  }
}

async function accounts(server: TestServer, [admin, grace]: Made): Promise<void> {
  const login = { login: 'grace', password: 'correct horse', transport: 'bearer' }
  const { body } = await call(server, 'POST', '/api/auth/login', undefined, login)
  const { body: renewed } = await call(server, 'POST', '/api/auth/refresh', undefined, {
    refreshToken: body.tokens.refreshToken,
  })
  await call(server, 'POST', '/api/auth/login', undefined, { ...login, login: 'grace@example.org' })
  await call(server, 'POST', '/api/auth/logout', undefined, {
    refreshToken: renewed.tokens?.refreshToken ?? renewed.refreshToken,
  })
  await call(server, 'GET', '/api/auth/registration?invite=none')
  await grace.get('/api/auth/me')
  await grace.get('/api/auth/session')
  await grace.patch('/api/auth/me', { bio: 'Sings', hidesReadReceipts: true })
  await pages(grace, '/api/users')
  await pages(grace, '/api/users?search=he')
  await grace.get(`/api/users?ids=${admin.id}`)
  await grace.get(`/api/users/${admin.id}`)
}

async function conversations([admin, grace, heidi, ivan]: Made): Promise<void> {
  const { body: chat } = await grace.post('/api/chats', { userId: heidi.id })
  for (const text of ['one', 'two', 'three']) await say(grace, chat.id, text)
  await say(heidi, chat.id, 'four')
  await grace.post('/api/messages', { receiverId: ivan.id, text: 'first', clientMessageId: newId() })
  await pages(grace, '/api/chats')
  await pages(grace, '/api/chats?unread=true')
  await grace.get(`/api/chats/${chat.id}`)
  const messages = `/api/messages/${chat.id}`
  for (const range of ['', '?before=3', '?after=1', '?before=4&limit=1']) await heidi.get(messages + range)
  await heidi.get(`${messages}/changes?since=0`)
  await heidi.post('/api/messages/delivered', { items: [{ conversationId: chat.id, seq: 3 }] })
  await heidi.post(`${messages}/read`, { seq: 3 })
  await heidi.post(`${messages}/unread`, {})
  await grace.patch(`${messages}/1`, { text: 'One', clientEditId: newId() })
  await grace.get(`${messages}/1/edits`)
  await grace.get(`${messages}/1/receipts`)
  await grace.delete(`${messages}/2`)
  const { until } = await syncAll(grace, null)
  await say(heidi, chat.id, 'five')
  await syncAll(grace, until, { [chat.id]: 1 })
  await grace.post('/api/contacts', { userId: heidi.id, favourite: true })
  await grace.post('/api/contacts', { userId: admin.id })
  await pages(grace, '/api/contacts')
  await grace.delete(`/api/contacts/${admin.id}`)
  await grace.post('/api/blocks', { userId: heidi.id })
  await grace.post('/api/blocks', { userId: ivan.id })
  await say(heidi, chat.id, 'unseen')
  await pages(grace, '/api/blocks')
  await grace.get('/api/chats')
  await grace.delete(`/api/blocks/${heidi.id}`)
  await grace.delete(`/api/blocks/${ivan.id}`)
  await grace.post('/api/reports', { userId: heidi.id, conversationId: chat.id, seq: 4, reason: 'Rude' })
  await grace.post('/api/reports', { userId: ivan.id, reason: 'Rude' })
}

async function events([, grace, heidi]: Made): Promise<void> {
  const { body: chat } = await grace.post('/api/chats', { userId: heidi.id })
  const [one, other] = [await grace.connect(), await heidi.connect()]
  const { seq } = await request(one, 'sendMessage', {
    conversationId: chat.id,
    text: 'by socket',
    clientMessageId: newId(),
  })
  const conversationId = chat.id
  const each: Record<keyof ClientToServerEvents, (socket: ClientSocket) => unknown> = {
    sendMessage: () => undefined,
    editMessage: () => request(one, 'editMessage', { conversationId, seq, text: 'edited', clientEditId: newId() }),
    markDelivered: () => request(other, 'markDelivered', { items: [{ conversationId, seq }] }),
    markRead: () => request(other, 'markRead', { conversationId, seq }),
    markUnread: () => request(other, 'markUnread', { conversationId }),
    deleteMessage: () => request(one, 'deleteMessage', { conversationId, seq }),
    sync: () => request(one, 'sync', { since: null, held: {} }),
    watchPresence: () => request(one, 'watchPresence', { add: [heidi.id] }),
    typing: () => one.emit('typing', { conversationId, isTyping: true }),
    setActivity: () => one.emit('setActivity', 'away'),
    watchStats: () => one.emit('watchStats', false),
    probe: () => new Promise<void>((answered) => void one.emit('probe', answered)),
  }
  for (const emit of Object.values(each)) await emit(one)
  // Events are handled in order, so events without an answer were handled before this one.
  await request(one, 'sync', { since: null, held: {} })
  one.disconnect()
  other.disconnect()
}

async function files(server: TestServer, [, grace, heidi]: Made): Promise<void> {
  const picture = await transparentPng()
  const begun = await announce(grace, 'late.png', picture.length)
  await status(server, grace, `/api/uploads/${begun.id}`)
  await grace.get('/api/uploads')
  await grace.delete(`/api/uploads/${begun.id}`)
  const attachment = await upload(server, grace, 'a.png', picture)
  const { conversationId, seq } = await send(grace, { receiverId: heidi.id }, [attachment])
  await heidi.get(`/api/media/${attachment.id}/url`)
  const { body: copy } = await heidi.post(`/api/media/${attachment.id}/copy`, {})
  const as = (who: Person, method: string, path: string, body?: Uint8Array<ArrayBuffer>) =>
    fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${who.accessToken}`, ...(body && { 'content-type': 'image/png' }) },
      ...(body && { body }),
    })
  await (await as(heidi, 'GET', `/api/media/${attachment.id}/original`)).arrayBuffer()
  await send(heidi, { receiverId: grace.id }, [copy])
  await grace.delete(`/api/messages/${conversationId}/${seq}`)
  const { body: group } = await grace.post('/api/groups/create', {
    name: 'Pictures',
    memberIds: [heidi.id],
    clientGroupId: newId(),
  })
  for (const path of ['/api/auth/me/picture', `/api/groups/${group.id}/picture`]) {
    const shown = (await (await as(grace, 'PUT', path, new Uint8Array(picture))).json()) as {
      picture?: string
      group?: { picture: string }
    }
    await (await as(grace, 'GET', `/api/pictures/${shown.picture ?? shown.group?.picture}/64`)).arrayBuffer()
    await as(grace, 'DELETE', path)
  }
}

/** @returns a conversation with a message */
async function groups([admin, grace, heidi, ivan]: Made): Promise<string> {
  const group = await createGroup(grace, [heidi])
  const path = `/api/groups/${group.id}`
  await grace.get(path)
  await grace.patch(path, { name: 'Big choir', history: 'joined' })
  await add(grace, group.id, ivan)
  await say(heidi, group.id, 'in a group')
  await pages(grace, `${path}/members`)
  await pages(grace, `${path}/members?q=iv`)
  await setRole(grace, group.id, heidi, 'admin')
  const { body: invite } = await grace.post(`${path}/invite`, {})
  await grace.get(`${path}/invite`)
  await admin.get(`/api/invites/${invite.token}`)
  await admin.post(`/api/invites/${invite.token}`, {})
  await grace.delete(`${path}/invite`)
  await grace.delete(`${path}/members/${ivan.id}`)
  await syncAll(ivan, new Date(0).toISOString())
  await ivan.get('/api/chats')
  await heidi.post(`/api/messages/${group.id}/read`, { seq: 1 })
  await pages(grace, `/api/messages/${group.id}/2/receipts`)
  await grace.get(`/api/messages/${group.id}/changes?since=0`)
  await admin.get(`/api/messages/${group.id}/changes?since=0`)
  await grace.post(`${path}/owner`, { userId: heidi.id })
  const alone = await createGroup(ivan, [])
  await ivan.delete(`/api/groups/${alone.id}/members/${ivan.id}`)
  await pages(admin, '/api/admin/groups')
  await pages(admin, '/api/admin/groups?q=choir')
  await admin.get(`/api/admin/groups?ids=${group.id}`)
  return group.id
}

function isAt(endpoint: string, method: string, path: string): boolean {
  const [wanted, pattern = ''] = endpoint.split(' ')
  return wanted === method && new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(path)
}
