import mongoose from 'mongoose'
import { expect, test } from 'vitest'
import { startFailureText, toProblem } from '../../../src/lib/errors.ts'

const { MongoServerError, MongoNetworkError } = mongoose.mongo

const serverError = (code: number) => new MongoServerError({ message: 'refused', code })
const fileError = (code: string) => Object.assign(new Error(`${code}: write`), { code })

test.each([
  ['a full disk of the database', serverError(14_031), 'storage_full', 'disk_full'],
  ['a full disk of files', fileError('ENOSPC'), 'storage_full', 'disk_full'],
  ['a full quota', fileError('EDQUOT'), 'storage_full', 'disk_full'],
  ['a full disk as the cause', new Error('no preview', { cause: fileError('ENOSPC') }), 'storage_full', 'disk_full'],
  ['a database file that cannot be written', serverError(39), 'unavailable', 'database_unavailable'],
  ['a MongoDB that is no primary any more', serverError(10_107), 'unavailable', 'database_unavailable'],
  ['a connection that broke', new MongoNetworkError('closed'), 'unavailable', 'database_unavailable'],
  ['another error of the database', serverError(2), 'internal', 'internal'],
  ['an error of the program', new TypeError('undefined'), 'internal', 'internal'],
])('%s is answered with its own problem', (_name, error, code, reason) => {
  expect(toProblem(error)).toMatchObject({ code, reason })
})

test('a start on a full disk ends with a sentence, and any other error with its stack', () => {
  expect(startFailureText(fileError('ENOSPC'))).toBe('Parley cannot start: ENOSPC: write')
  expect(startFailureText(new TypeError('undefined'))).toMatch(/^TypeError: undefined\n +at /)
})
