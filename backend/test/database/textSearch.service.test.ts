import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Schema, type Connection, type Model, type Types } from 'mongoose'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/database/database.connection.ts'
import { TEXT_SEARCH_LIMITS, TextSearch, TextSearchError } from '../../src/database/textSearch.service.ts'

const logger = pino({ level: 'silent' })

interface Note {
  _id: Types.ObjectId
  room: number
  title?: string
  text: string
}

describe('the text search port on the embedded engine', () => {
  searchContract(openEmbedded)

  it('finds parts of words in any script, emoji and signs', async () => {
    const { notes, search } = await openNotes(openEmbedded)
    const texts = [
      '日本語を話します',
      'ภาษาไทยที่นี่',
      'مُحَمَّد',
      'हिन्दी में',
      '🎉 done',
      'I like C++',
      'Größe',
      'don’t',
      'x'.repeat(5000) + 'needle',
    ]
    await notes.insertMany(texts.map((text) => ({ room: 1, text })))
    for (const [words, text] of [
      ['本語', texts[0]],
      ['す', texts[0]],
      ['ไทย', texts[1]],
      ['محمد', texts[2]],
      ['न्दी', texts[3]],
      ['🎉', texts[4]],
      ['++', texts[5]],
      ['ROSS', texts[6]],
      ['rose', undefined],
      ['grösse', texts[6]],
      ['N’T', texts[7]],
      ['needle', texts[8]],
      ['xxneed', texts[8]],
      ['😀', undefined],
    ])
      expect([words, ...(await search.search({ words: words!, limit: 10 })).map((note) => note.text)]).toEqual(
        text === undefined ? [words] : [words, text],
      )
  })

  it('creates the index again when the fields of a model have changed', async () => {
    const { connection } = await openEmbedded()
    const notes = noteModel(connection)
    await notes.create({ room: 1, title: 'headline', text: 'body' })
    await new TextSearch(notes, { texts: ['text'] }).ensure()
    const search = new TextSearch(notes, { texts: ['title', 'text'], within: ['room'] })
    expect(await search.search({ words: 'headl', limit: 5 })).toHaveLength(1)
    expect((await notes.collection.indexes()).filter((index) => 'textIndexVersion' in index)).toHaveLength(1)
  })
})

describe.skipIf(!process.env['MONGO_DB_URI'])('the text search port with MONGO_DB_URI', () => {
  searchContract(async () => {
    const { connection, close } = await openDatabase({ mongoUri: process.env['MONGO_DB_URI'], dataDir: '', logger })
    const own = connection.useDb(`parley_search_${randomUUID().slice(0, 8)}`)
    onTestFinished(async () => {
      await own.dropDatabase()
      await close()
    })
    return { connection: own }
  })
})

/** The cases of every storage: whole words. */
function searchContract(open: () => Promise<{ connection: Connection }>): void {
  it('finds the documents that have all words in any of the fields, newest first, page by page', async () => {
    const { notes, search } = await openNotes(open)
    const made = await notes.insertMany(
      Array.from({ length: 60 }, (_, i) => ({
        room: i % 3,
        text: `message number ${i}`,
        ...(i % 2 === 0 ? { title: 'Even Headline' } : {}),
      })),
    )
    const newest = made.map(({ _id }) => _id.toHexString()).toReversed()
    const got: string[] = []
    for (let before: unknown; ;) {
      const page = await search.search({
        words: 'number MESSAGE',
        limit: 25,
        ...(before === undefined ? {} : { before }),
      })
      if (page.length === 0) break
      got.push(...page.map(({ _id }) => _id.toHexString()))
      before = page.at(-1)?._id
    }
    expect(got).toEqual(newest)
    expect(await search.search({ words: 'headline message', within: { room: 0 }, limit: 100 })).toHaveLength(10)
    expect(await search.search({ words: 'message', within: { room: { $in: [1, 2] } }, limit: 100 })).toHaveLength(40)
    expect((await search.search({ words: '"number 17"', limit: 5 })).map(({ text }) => text)).toEqual([
      'message number 17',
    ])
    expect(await search.search({ words: '"17 number"', limit: 5 })).toEqual([])
    expect(await search.search({ words: ' ', limit: 5 })).toEqual([])
    expect(await notes.countDocuments({ $and: [await search.filter('even'), { room: 1 }] })).toBe(10)
  })

  it('finds changed texts, and no deleted ones', async () => {
    const { notes, search } = await openNotes(open)
    const note = await notes.create({ room: 1, text: 'first words' })
    const count = async (words: string) => (await search.search({ words, limit: 5 })).length
    expect(await count('first')).toBe(1)
    await notes.updateOne({ _id: note._id }, { text: 'second words' })
    expect([await count('first'), await count('second')]).toEqual([0, 1])
    await notes.deleteOne({ _id: note._id })
    expect(await count('words')).toBe(0)
  })

  it('treats the search as text, never as a pattern or an operator', async () => {
    const { notes, search } = await openNotes(open)
    await notes.create({ room: 1, text: 'plain words' })
    for (const words of [
      '.*',
      'pl.in',
      '^plain',
      '(',
      '[a-z]+',
      '$ne',
      '-nothing',
      '\\',
      '"',
      '{"$gt": ""}',
      'pla\0in',
      "' OR 1=1",
      '*',
      'plain* AND',
      'text:plain',
    ]) {
      expect([words, ...(await search.search({ words, limit: 5 }))]).toEqual([words])
    }
  })

  it('refuses a too long search with its reason, and a wrong limit', async () => {
    const { search } = await openNotes(open)
    const { characters, words } = TEXT_SEARCH_LIMITS
    const long = search.search({ words: 'x'.repeat(characters + 1), limit: 5 })
    await expect(long).rejects.toBeInstanceOf(TextSearchError)
    await expect(long).rejects.toMatchObject({ reason: 'too_long', limit: characters })
    const many = Array.from({ length: words + 1 }, (_, i) => `w${i}`).join(' ')
    await expect(search.filter(many)).rejects.toMatchObject({ reason: 'too_many_words', limit: words })
    await expect(search.search({ words: 'x', limit: 0 })).rejects.toBeInstanceOf(RangeError)
  })
}

async function openNotes(open: () => Promise<{ connection: Connection }>) {
  const { connection } = await open()
  const notes = noteModel(connection)
  const search = new TextSearch(notes, { texts: ['title', 'text'], within: ['room'] })
  await search.ensure()
  return { notes, search }
}

function noteModel(connection: Connection): Model<Note> {
  return connection.model<Note>('Note', new Schema<Note>({ room: Number, title: String, text: String }))
}

async function openEmbedded(): Promise<{ connection: Connection }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-search-'))
  const { connection, close } = await openDatabase({ dataDir, logger })
  onTestFinished(async () => {
    await close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return { connection }
}
