import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { upgradeFormat, formatOf, type FormatStep } from '../src/storage/format.ts'
import { Sqlite } from '../src/storage/sqlite.ts'
import { scratchDirectory } from './helpers/scratchDirectory.ts'

const first: FormatStep = (sqlite) =>
  sqlite.exec(
    'PRAGMA application_id = 0x5041524c; CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID; CREATE TABLE notes (text)',
  )
const second: FormatStep = (sqlite) =>
  sqlite.exec("ALTER TABLE notes ADD COLUMN title; UPDATE notes SET title = 'of ' || text")
const third: FormatStep = (sqlite) => sqlite.exec('CREATE INDEX titles ON notes (title)')

function openFile(directory: string): Sqlite {
  const sqlite = new Sqlite(join(directory, 'parley.db'), { readOnly: false })
  onTestFinished(() => sqlite.close())
  sqlite.exec('PRAGMA journal_mode = WAL')
  return sqlite
}

function written(directory: string, steps: readonly FormatStep[]): Sqlite {
  const sqlite = openFile(directory)
  upgradeFormat(sqlite, directory, steps)
  sqlite.exec("INSERT INTO notes (text) VALUES ('one'), ('two')")
  return sqlite
}

it('runs every missing step on an old file, and none twice', () => {
  const directory = scratchDirectory()
  const sqlite = written(directory, [first])
  upgradeFormat(sqlite, directory, [first, second, third])
  upgradeFormat(sqlite, directory, [first, second, third])
  expect(formatOf(sqlite, directory, 3)).toBe(3)
  expect(sqlite.rows('SELECT title FROM notes ORDER BY title')).toEqual([['of one'], ['of two']])
})

it('creates a new file with the same steps', () => {
  const [old, fresh] = [scratchDirectory(), scratchDirectory()]
  const grown = openFile(old)
  upgradeFormat(grown, old, [first])
  upgradeFormat(grown, old, [first, second, third])
  const made = openFile(fresh)
  upgradeFormat(made, fresh, [first, second, third])
  const schema = 'SELECT type, name, sql FROM sqlite_master ORDER BY name'
  expect(made.rows(schema)).toEqual(grown.rows(schema))
})

it('keeps the old format if a step fails, and repeats the step at the next start', () => {
  const directory = scratchDirectory()
  const sqlite = written(directory, [first])
  const failing: FormatStep = (file) => {
    second(file)
    throw new Error('The lights went out')
  }
  expect(() => upgradeFormat(sqlite, directory, [first, failing, third])).toThrow('The lights went out')
  expect(formatOf(sqlite, directory, 1)).toBe(1)
  expect(sqlite.rows('SELECT * FROM notes')).toEqual([['one'], ['two']])
  upgradeFormat(sqlite, directory, [first, second, third])
  expect(formatOf(sqlite, directory, 3)).toBe(3)
})

it('keeps the old format if the process dies during a step', () => {
  const [directory, after] = [scratchDirectory(), scratchDirectory()]
  const sqlite = written(directory, [first])
  upgradeFormat(sqlite, directory, [
    first,
    (file) => {
      second(file)
      // A crash would leave the present content of the disk.
      cpSync(directory, after, { recursive: true })
    },
  ])
  const left = openFile(after)
  expect(formatOf(left, after, 2)).toBe(1)
  expect(left.rows('SELECT * FROM notes')).toEqual([['one'], ['two']])
  expect(formatOf(sqlite, directory, 2)).toBe(2)
})

it('refuses the file of a newer program and does not change it', () => {
  const directory = scratchDirectory()
  const sqlite = written(directory, [first, second, third])
  expect(() => upgradeFormat(sqlite, directory, [first, second])).toThrow(
    /written by a newer Parley \(format 3, this version supports up to 2\)/,
  )
  expect(formatOf(sqlite, directory, 3)).toBe(3)
})
