import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/database/database.connection.ts'

describe('MONGO_DB_URI', () => {
  it('a server that cannot be reached is named, without the password', async () => {
    const mongoUri = 'mongodb://someone:secret@127.0.0.1:1/parley?serverSelectionTimeoutMS=50'
    const error: unknown = await openDatabase({ mongoUri, dataDir: 'unused', logger: pino({ level: 'silent' }) }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ message: expect.stringContaining('127.0.0.1:1/parley') as unknown })
    expect((error as Error).message).toContain('MONGO_DB_URI')
    expect((error as Error).message).not.toContain('secret')
  })
})
