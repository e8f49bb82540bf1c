import { statSync } from 'node:fs'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { logFile, openForCheckpoints, openForWriting } from '../src/storage/store.ts'
import { WalCheckpointer } from '../src/worker/walCheckpointer.ts'
import { scratchDirectory } from './helpers/scratchDirectory.ts'

const MEGABYTE = 1024 * 1024

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open() {
  const directory = scratchDirectory()
  const store = openForWriting(directory)
  const helper = openForCheckpoints(directory)
  const askForHelp = vi.fn<() => void>()
  const checkpointer = new WalCheckpointer(store, directory, askForHelp)
  onTestFinished(() => {
    checkpointer.stop()
    helper.close()
    store.close()
  })
  store.sqlite.exec('CREATE TABLE filler (x BLOB)')
  checkpointer.truncate()
  return {
    askForHelp,
    helper,
    checkpointer,
    logBytes: () => statSync(logFile(directory)).size,
    write: (bytes: number) => {
      store.sqlite.run('INSERT INTO filler VALUES (zeroblob(?))', bytes)
      checkpointer.schedule()
    },
  }
}

it('empties a short log itself, two seconds after a write', () => {
  const { askForHelp, logBytes, write } = open()
  write(MEGABYTE)
  vi.advanceTimersByTime(1900)
  expect(logBytes()).toBeGreaterThan(MEGABYTE)
  vi.advanceTimersByTime(200)
  expect(logBytes()).toBe(0)
  expect(askForHelp).not.toHaveBeenCalled()
})

it('lets another thread move a long log, and empties it afterwards', () => {
  const { askForHelp, helper, checkpointer, logBytes, write } = open()
  write(6 * MEGABYTE)
  vi.advanceTimersByTime(2000)
  expect(askForHelp).toHaveBeenCalledOnce()
  helper.checkpoint()
  expect(logBytes()).toBeGreaterThan(6 * MEGABYTE)
  write(1)
  checkpointer.truncate()
  expect(logBytes()).toBe(0)
  vi.advanceTimersByTime(10_000)
  expect(askForHelp).toHaveBeenCalledOnce()
})

it('empties a long log itself when no help comes within a second', () => {
  const { askForHelp, logBytes, write } = open()
  write(6 * MEGABYTE)
  vi.advanceTimersByTime(2900)
  expect(logBytes()).toBeGreaterThan(0)
  vi.advanceTimersByTime(200)
  expect(logBytes()).toBe(0)
  expect(askForHelp).toHaveBeenCalledOnce()
})

it('asks for help at once when the log gets too long', () => {
  const { askForHelp, write } = open()
  for (let count = 0; count < 32; count++) write(2 * MEGABYTE)
  expect(askForHelp).toHaveBeenCalledOnce()
})
