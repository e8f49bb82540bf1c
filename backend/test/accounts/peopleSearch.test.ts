import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Page, User } from '../../src/contract/index.ts'
import { person, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

/** Signs in a user among users with these names; the usernames are person0, person1 ... */
async function among(...fullNames: string[]): Promise<Person> {
  const server = await startServer()
  const [me] = await Promise.all(fullNames.map((fullName, n) => person(server, `person${n}`, fullName)))
  if (!me) throw new Error('No user')
  return me
}

async function found(me: Person, query: Record<string, string>): Promise<string[]> {
  const { status, body } = await me.get(`/api/users?${new URLSearchParams(query).toString()}`)
  expect(status).toBe(200)
  return (body as Page<User>).items.map(({ fullName }) => fullName)
}

/** Reads pages to the last cursor. */
async function pages(me: Person, query: Record<string, string>): Promise<string[][]> {
  const all: string[][] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await me.get(
      `/api/users?${new URLSearchParams({ ...query, ...(cursor && { cursor }) }).toString()}`,
    )
    all.push((body as Page<User>).items.map(({ fullName }) => fullName))
    cursor = (body as Page<User>).nextCursor
  }
  return all
}

describe('the list of users', () => {
  it('has every user, the actor too, in the order of their names', async () => {
    const me = await among('Zoë Zander', 'émile Zola', 'Ada Lovelace', 'Łukasz', 'Emil')
    expect(await found(me, {})).toEqual(['Ada Lovelace', 'Emil', 'émile Zola', 'Łukasz', 'Zoë Zander'])
  })

  it('shows the public fields of a user, and never the e-mail address', async () => {
    const me = await among('Ada Lovelace')
    const { body } = await me.get('/api/users')
    const { email: _, hidesReadReceipts: __, mutedUntil: ___, profileRevision: ____, ...shown } = me.user
    expect(body).toEqual({ items: [shown], nextCursor: null })
    expect((await me.get(`/api/users/${me.id}`)).body).toEqual(shown)
  })

  it('comes in pages without a gap or a repeat, also when many users have one name', async () => {
    const names = ['Kim', 'Kim', 'Kim', 'Ann', 'Kim', 'Zoe', 'Kim']
    const me = await among(...names)
    expect(await pages(me, { limit: '2' })).toEqual([['Ann', 'Kim'], ['Kim', 'Kim'], ['Kim', 'Kim'], ['Zoe']])
    expect(await pages(me, { limit: '5', search: 'ki' })).toEqual([['Kim', 'Kim', 'Kim', 'Kim', 'Kim']])
    expect(await pages(me, { limit: '2', search: 'ki' })).toEqual([['Kim', 'Kim'], ['Kim', 'Kim'], ['Kim']])
  })

  it('continues correctly when a user signs up between two pages', async () => {
    const server = await startServer()
    const me = await person(server, 'bea', 'Bea')
    await person(server, 'dan', 'Dan')
    const first = (await me.get('/api/users?limit=1')).body as Page<User>
    await person(server, 'ann', 'Ann')
    await person(server, 'cleo', 'Cleo')
    expect(await found(me, { cursor: first.nextCursor ?? '' })).toEqual(['Cleo', 'Dan'])
  })
})

/** A search, and the users it finds. */
const SEARCHES: [string, string[]][] = [
  ['jean', ['Jean-Luc Picard']],
  ['PIC', ['Jean-Luc Picard']],
  ['luc', ['Jean-Luc Picard']],
  ['jean-luc p', ['Jean-Luc Picard']],
  ['nunez', ['José Núñez']],
  ['JOSÉ', ['José Núñez']],
  ['strasse', ['Anna Straße']],
  ['محمد', ['مُحَمَّد علي']],
  ['田', ['田中 さくら']],
  ['ใจ', ['สมชาย ใจดี']],
  ['person3', ['مُحَمَّد علي']],
  ['PERSON', ['Anna Straße', 'Jean-Luc Picard', 'José Núñez', 'مُحَمَّد علي', 'สมชาย ใจดี', '田中 さくら']],
  ['icard', ['Jean-Luc Picard']],
  ['picard @person0', ['Jean-Luc Picard']],
  ['núñez josé', ['José Núñez']],
  ['くら', ['田中 さくら']],
  ['jean núñez', []],
  ['example.org', []],
  ['.*', []],
  ['$ne', []],
  ['  ', ['Anna Straße', 'Jean-Luc Picard', 'José Núñez', 'مُحَمَّد علي', 'สมชาย ใจดี', '田中 さくら']],
]

describe('searching users', () => {
  it('[F] finds by parts of words of the names, in any order, case, accents and script', async () => {
    const me = await among('Jean-Luc Picard', 'José Núñez', 'Anna Straße', 'مُحَمَّد علي', '田中 さくら', 'สมชาย ใจดี')
    const answers = []
    for (const [search] of SEARCHES) answers.push([search, await found(me, { search })])
    expect(answers).toEqual(SEARCHES)
  })

  it('[F] has the users first whose names begin so, and the pages go on with the others', async () => {
    const me = await among('Johanna', 'Ann', 'Anna-Lena', 'Hanne', 'Susanne', 'Bob', 'Mary Ann')
    const wanted = ['Ann', 'Anna-Lena', 'Mary Ann', 'Hanne', 'Johanna', 'Susanne']
    expect(await found(me, { search: 'ann' })).toEqual(wanted)
    for (const limit of ['1', '2', '3', '4']) expect((await pages(me, { search: 'ann', limit })).flat()).toEqual(wanted)
  })

  it('is limited for each user', async () => {
    const me = await among('Ada', 'Bea')
    const statuses: number[] = []
    for (let n = 0; n < 121; n += 1) statuses.push((await me.get('/api/users?search=a')).status)
    expect(statuses.filter((status) => status !== 200)).toEqual([429])
    expect((await me.get('/api/users')).status).toBe(200)
  })
})

const BAD_QUERIES = [
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['limit=x', 'limit'],
  ['limit=1.5', 'limit'],
  ['search=a&search=b', 'search'],
  [`search=${'x'.repeat(81)}`, 'search'],
  ['cursor=x', 'cursor'],
  [`cursor=${Buffer.from('["a"]').toString('base64url')}`, 'cursor'],
  [`cursor=${Buffer.from('["a",{"$gt":""}]').toString('base64url')}`, 'cursor'],
  ['page=2', 'page'],
] as const

it('a wrong query is refused, naming the wrong field', async () => {
  const me = await among('Ada')
  const answers = []
  for (const [query] of BAD_QUERIES) {
    const { body } = await me.get(`/api/users?${query}`)
    answers.push([query, body.code, body.errors?.[0].field])
  }
  expect(answers).toEqual(BAD_QUERIES.map(([query, field]) => [query, 'invalid_input', field]))
})

it('an id is answered by the user, by `not_found`, or by the reason of a refusal', async () => {
  const me = await among('Ada')
  const answers = [me.id, me.id.toUpperCase(), 'f'.repeat(24), 'me', `${me.id}0`].map(async (id) => {
    const { status, body } = await me.get(`/api/users/${id}`)
    return [status, body.code ?? body.id]
  })
  expect(await Promise.all(answers)).toEqual([
    [200, me.id],
    [200, me.id],
    [404, 'not_found'],
    [400, 'invalid_input'],
    [400, 'invalid_input'],
  ])
})

it('no cache stores an answer', async () => {
  const server = await startServer()
  const me = await person(server, 'ada')
  const { headers } = await request(server.url).get('/api/users').auth(me.accessToken, { type: 'bearer' })
  expect(headers['cache-control']).toBe('no-store')
})
