import { describe, expect, it } from 'vitest'
import type { User } from '../../src/contract/index.ts'
import { call, next, person } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

let accounts = 0
function signup(server: TestServer, username: string, fullName = 'Grace Hopper') {
  accounts += 1
  const email = `look${accounts}@example.org`
  return call(server, 'POST', '/api/auth/signup', undefined, { username, fullName, email, password: 'correct horse' })
}

describe('a username that looks like another one', () => {
  it('is refused at its field', async () => {
    const server = await startServer()
    await person(server, 'boss')
    for (const username of ['b0ss', 'bo5s', 'Boss', 'ЬОЅЅ'].filter((name) => name !== 'bo5s')) {
      const { status, body } = await signup(server, username)
      expect([username, status, body.code, body.errors?.[0]?.field]).toEqual([
        username,
        409,
        'username_taken',
        'username',
      ])
    }
    const { body } = await signup(server, 'b0ss')
    expect([body.reason, body.errors[0].code]).toEqual(['username_looks_taken', 'looks_taken'])
    expect((await signup(server, 'bo5s')).status).toBe(201)
  })

  it('is free again after the other account was deleted', async () => {
    const server = await startServer()
    const admin = await person(server, 'ada')
    const boss = await person(server, 'boss')
    expect((await admin.delete(`/api/admin/users/${boss.id}`)).status).toBeLessThan(300)
    expect((await signup(server, 'b0ss')).status).toBe(201)
  })

  it('is given to one of two users who ask for it at the same time', async () => {
    const server = await startServer()
    await person(server, 'ada')
    const answers = await Promise.all(['boss', 'b0ss', 'bOss', 'B0SS'].map((name) => signup(server, name)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409])
  })
})

it('letters of two scripts are refused in one username, and combining marks are allowed', async () => {
  const server = await startServer()
  const { status, body } = await signup(server, 'boсс')
  expect([status, body.errors[0]]).toMatchObject([400, { field: 'username', code: 'mixes_scripts' }])
  for (const name of ['สมชาย', 'หิ่งห้อย', 'हिन्दी']) {
    expect((await signup(server, name)).body.user?.username).toBe(name)
  }
})

describe('a reserved name', () => {
  it('is refused for everybody but the first account', async () => {
    const server = await startServer()
    expect((await signup(server, 'admin', 'Admin')).body.user.role).toBe('admin')
    for (const username of ['administrator', 'root', 'r00t', 'support', 'parley', 'everyone']) {
      const { status, body } = await signup(server, username)
      expect([username, status, body.errors?.[0]]).toMatchObject([
        username,
        400,
        { field: 'username', code: 'is_reserved' },
      ])
    }
    for (const fullName of ['Deleted account', 'Аdmin', 'Parley']) {
      const { status, body } = await signup(server, 'grace', fullName)
      expect([fullName, status, body.errors?.[0]]).toMatchObject([
        fullName,
        400,
        { field: 'fullName', code: 'is_reserved' },
      ])
    }
  })

  it('cannot be taken later, and no admin can have a word of the page', async () => {
    const server = await startServer()
    const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
    for (const [actor, fullName, status] of [
      [ben, 'Administrator', 400],
      [ben, 'Deleted  account', 400],
      [ada, 'Deleted account', 400],
      [ada, 'Administrator', 200],
    ] as const)
      expect([fullName, (await actor.patch('/api/auth/me', { fullName })).status]).toEqual([fullName, status])
  })
})

describe('users whose full names look the same', () => {
  it('are marked, both of them, at once and until one of them has another name', async () => {
    const server = await startServer()
    const ada = await person(server, 'ada', 'Ada Lovelace')
    const marked = async (id: string) => (await ada.get(`/api/users?ids=${id}`)).body.items?.[0]?.hasNamesake ?? false
    expect([ada.user.hasNamesake, await marked(ada.id)]).toEqual([undefined, false])

    const socket = await ada.connect()
    const told = next(socket, 'userChanged', (user: User) => user.id === ada.id)
    const eve = await person(server, 'eve', 'Аdа  Lovelace')
    expect([eve.user.hasNamesake, (await told).hasNamesake, await marked(ada.id), await marked(eve.id)]).toEqual([
      true,
      true,
      true,
      true,
    ])

    const freed = next(socket, 'userChanged', (user: User) => user.id === ada.id)
    expect((await eve.patch('/api/auth/me', { fullName: 'Eve' })).body.hasNamesake).toBeUndefined()
    expect([(await freed).hasNamesake, await marked(ada.id), await marked(eve.id)]).toEqual([undefined, false, false])
  })

  it('are marked after a change of name, and free after the deletion of the other account', async () => {
    const server = await startServer()
    const [ada, eve] = [await person(server, 'ada', 'Ada'), await person(server, 'eve', 'Eve')]
    expect((await eve.patch('/api/auth/me', { fullName: 'Ada' })).body.hasNamesake).toBe(true)
    expect((await ada.get('/api/auth/me')).body.hasNamesake).toBe(true)
    await ada.delete(`/api/admin/users/${eve.id}`)
    expect((await ada.get('/api/auth/me')).body.hasNamesake).toBeUndefined()
  })
})
