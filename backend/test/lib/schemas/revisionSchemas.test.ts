import { expect, test } from 'vitest'
import { draft } from '../../broadcasts/helpers.ts'
import { createGroup, messagesOf, team } from '../../helpers/groups.ts'
import { next, type Answer, type Person } from '../../helpers/people.ts'

/** Sends as many edits at once. */
const EDITORS = 4

/** The first user of a server is its admin. */
async function three(): Promise<[Person, Person, Person]> {
  const [admin, ada, grace] = (await team(['admin', 'ada', 'grace'])).people
  if (!admin || !ada || !grace) throw new Error('Three people')
  return [admin, ada, grace]
}

/** Edits at once from one revision, and returns the number of the one that won and the refusals of the others. */
async function compete(edit: (index: number) => Promise<Answer>): Promise<{ winner: number; won: Answer['body'] }> {
  const answers = await Promise.all(Array.from({ length: EDITORS }, async (_, index) => edit(index)))
  const winner = answers.findIndex(({ status }) => status === 200)
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    200,
    ...Array.from({ length: EDITORS - 1 }, () => 409),
  ])
  for (const { body, status } of answers)
    if (status === 409) expect(body).toMatchObject({ code: 'outdated_revision', params: { revision: 1 } })
  return { winner, won: answers[winner]?.body }
}

test('[E1] of edits of one text at the same time exactly one is written, whole, and the others carry the text of now', async () => {
  const [admin, ada, grace] = await three()

  const group = await createGroup(ada, [grace], { name: 'Choir', description: 'Sings' })
  const groupPath = `/api/groups/${group.id}`
  expect(group.group).toMatchObject({ revision: 0 })
  const one = await compete((index) =>
    ada.patch(groupPath, { name: `Choir ${index}`, description: `Sings ${index}`, fromRevision: 0 }),
  )
  const { group: now } = (await grace.get(groupPath)).body
  expect(now).toMatchObject({ name: `Choir ${one.winner}`, description: `Sings ${one.winner}`, revision: 1 })
  expect((await messagesOf(ada, group.id)).map(({ event }) => event)).toMatchObject([
    { kind: 'created' },
    { kind: 'renamed', name: now.name, revision: 1 },
    { kind: 'described', description: now.description, revision: 1 },
  ])
  expect((await ada.patch(groupPath, { name: 'Band', fromRevision: 0 })).body).toMatchObject({
    reason: 'group_edited',
    params: { name: now.name, description: now.description, revision: 1 },
  })
  // A repeat of the edit that was written changes nothing, and so is not refused.
  expect(await ada.patch(groupPath, { name: now.name, description: now.description, fromRevision: 0 })).toMatchObject({
    status: 200,
    body: { group: { revision: 1 } },
  })
  expect((await ada.patch(groupPath, { name: 'Band' })).body.group).toMatchObject({ name: 'Band', revision: 2 })

  const heard = next(await grace.connect(), 'ownUserChanged')
  const two = await compete((index) =>
    grace.patch('/api/auth/me', { statusText: `At desk ${index}`, bio: `Likes ${index}`, fromRevision: 0 }),
  )
  const profile = { statusText: `At desk ${two.winner}`, bio: `Likes ${two.winner}`, profileRevision: 1 }
  expect(two.won).toMatchObject(profile)
  expect((await grace.get('/api/auth/me')).body).toMatchObject(profile)
  expect(await heard).toMatchObject(profile)
  const { statusText, bio } = profile
  expect((await grace.patch('/api/auth/me', { fullName: 'Hopper', fromRevision: 0 })).body).toMatchObject({
    reason: 'profile_edited',
    params: { fullName: 'grace', statusText, bio, revision: 1 },
  })
  expect((await grace.patch('/api/auth/me', { bio, fromRevision: 0 })).body).toMatchObject(profile)
  // A setting is no text of the profile.
  expect((await grace.patch('/api/auth/me', { hidesReadReceipts: true, fromRevision: 0 })).body).toMatchObject(profile)

  const { id } = (await ada.post('/api/reports', { userId: grace.id, reason: 'Rude' })).body
  const notePath = `/api/admin/reports/${id}`
  const noted = await compete((index) => admin.patch(notePath, { note: `Note ${index}`, fromRevision: 0 }))
  const note = `Note ${noted.winner}`
  expect(noted.won).toMatchObject({ note, noteRevision: 1 })
  // Nothing is half-written: the state stays when the note is refused.
  expect((await admin.patch(notePath, { note: 'Late', state: 'resolved', fromRevision: 0 })).body).toMatchObject({
    reason: 'note_edited',
    params: { text: note, revision: 1 },
  })
  expect((await admin.get('/api/admin/reports')).body.items).toMatchObject([{ note, state: 'open', noteRevision: 1 }])
  expect((await admin.patch(notePath, { note, fromRevision: 0 })).status).toBe(200)
})

test('[E1] an admin overwrites no draft, sent text or setting that another admin changed', async () => {
  const [admin] = await three()

  const { id, draftRevision } = await draft(admin)
  expect(draftRevision).toBe(0)
  const path = `/api/admin/broadcasts/${id}`
  const one = await compete((index) =>
    admin.patch(path, { title: `Drill ${index}`, text: `Door ${index}`, fromRevision: 0 }),
  )
  const texts = { title: `Drill ${one.winner}`, text: `Door ${one.winner}` }
  expect((await admin.get(path)).body).toMatchObject({ ...texts, draftRevision: 1 })
  // Nor is a draft sent that the admin has not seen.
  expect((await admin.post(`${path}/send`, { fromRevision: 0 })).body).toMatchObject({
    reason: 'broadcast_edited',
    params: { ...texts, revision: 1 },
  })
  expect((await admin.post(`${path}/send`, { fromRevision: 1 })).body).toMatchObject({ state: 'sent', ...texts })

  await admin.patch(path, { text: 'South door', isMaterial: false, fromRevision: 1 })
  expect((await admin.patch(path, { text: 'East door', isMaterial: false, fromRevision: 1 })).body).toMatchObject({
    reason: 'broadcast_edited',
    params: { title: texts.title, text: 'South door', revision: 2 },
  })

  const settings = '/api/admin/settings'
  expect((await admin.get(settings)).body.revisions).toEqual({
    registration: 0,
    words: 0,
    retention: 0,
    maintenance: 0,
  })
  const two = await compete((index) =>
    admin.patch(settings, { maintenance: { text: `Down ${index}` }, fromRevision: 0 }),
  )
  expect((await admin.get(settings)).body).toMatchObject({
    maintenance: { text: `Down ${two.winner}` },
    revisions: { maintenance: 1, words: 0 },
  })
  expect((await admin.patch(settings, { maintenance: null, fromRevision: 0 })).body).toMatchObject({
    reason: 'setting_edited',
    params: { name: 'maintenance', revision: 1 },
  })
  const words = [{ word: 'spam', action: 'refuse' }]
  expect((await admin.patch(settings, { words, fromRevision: 0 })).body).toMatchObject({
    words,
    revisions: { words: 1 },
  })
  expect((await admin.patch(settings, { words: [], maintenance: null, fromRevision: 1 })).body).toMatchObject({
    code: 'invalid_input',
    errors: [{ code: 'exactly_one_of' }],
  })
  expect((await admin.patch(settings, { maintenance: null })).body.revisions).toMatchObject({ maintenance: 2 })
})
