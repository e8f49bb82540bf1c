import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll } from 'vitest'
import { openEmbedded } from '../src/index.ts'
import { storageContract } from './contract.suite.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'parley-contract-'))

storageContract('the embedded engine', () => openEmbedded({ dataDir, logger: pino({ level: 'silent' }) }))

afterAll(() => rmSync(dataDir, { recursive: true, force: true }))
