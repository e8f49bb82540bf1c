import type { Attachment } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as api from '../../src/uploads/upload.api.ts'
import { ApiProblem, NO_CONNECTION } from '../../src/connection/problem.model.ts'
import { transfer } from '../../src/uploads/tusUpload.client.ts'
import { hasUnsentFiles, useUploads } from '../../src/uploads/uploads.store.ts'
import { problem } from '../generators/index.ts'
import { attachment, file } from '../generators/media.ts'
import { Deferred } from '../helpers/deferred.ts'

vi.mock(import('../../src/uploads/tusUpload.client.ts'), () => ({ transfer: vi.fn<typeof transfer>() }))

const server = vi.mocked(api)
const sent = vi.mocked(transfer)
const MIB = 1024 * 1024
const CHAT = 'chat'

const { getState } = useUploads
const items = () => (getState().trays[CHAT] ?? []).map((key) => getState().items[key])
const states = () => items().map((item) => `${item?.file.name}: ${item?.state}`)

beforeEach(() => {
  getState().forget()
  server.uploadAllowance.mockResolvedValue({ fileMax: 100 * MIB, remaining: null, quota: null })
  let count = 0
  server.startUpload.mockImplementation(async () => ({
    id: `upload${(count += 1)}`,
    target: { kind: 'resumable', url: '/api/uploads/1' },
    expiresAt: '2026-11-22T00:00:00Z',
  }))
  server.completeUpload.mockImplementation(async (id) => attachment({ id }))
  server.cancelUpload.mockResolvedValue(undefined)
  sent.mockResolvedValue(undefined)
})

describe('files that are chosen', () => {
  test('are uploaded at once, in order, two at a time, and are done when the server has looked into them', async () => {
    const answers = [new Deferred<void>(), new Deferred<void>(), new Deferred<void>()]
    for (const answer of answers) sent.mockReturnValueOnce(answer.promise)
    await getState().attach(CHAT, [file('a.txt'), file('b.txt'), file('c.txt')])
    await vi.waitFor(() => expect(states()).toEqual(['a.txt: uploading', 'b.txt: uploading', 'c.txt: queued']))
    await vi.waitFor(() => expect(sent).toHaveBeenCalledTimes(2))
    answers[0]?.resolve()
    await vi.waitFor(() => expect(states()).toEqual(['a.txt: done', 'b.txt: uploading', 'c.txt: uploading']))
    answers[1]?.resolve()
    answers[2]?.resolve()
    await vi.waitFor(() => expect(states()).toEqual(['a.txt: done', 'b.txt: done', 'c.txt: done']))
    expect(
      getState()
        .take(CHAT)
        .map(({ attachment }) => attachment?.id),
    ).toEqual(['upload1', 'upload2', 'upload3'])
    expect(getState().trays[CHAT]).toBeUndefined()
  })

  test('that are too large, or for which there is no room, are told before anything is sent', async () => {
    server.uploadAllowance.mockResolvedValue({ fileMax: 10 * MIB, remaining: 12 * MIB, quota: 50 * MIB })
    await getState().attach(CHAT, [file('film.mp4', 11 * MIB), file('a.zip', 8 * MIB), file('b.zip', 8 * MIB)])
    await vi.waitFor(() => expect(states()).toEqual(['film.mp4: failed', 'a.zip: done', 'b.zip: failed']))
    expect(items().map((item) => item?.problem?.detail)).toEqual([
      'The file has 11 MB. A file can have at most 10 MB.',
      undefined,
      'The file needs 8 MB. You have 4 MB left of your 50 MB. Delete messages with files to free space.',
    ])
    expect(server.startUpload).toHaveBeenCalledTimes(1)
  })

  test('and refused by the server say why, and can be tried again', async () => {
    server.startUpload.mockRejectedValueOnce(
      new ApiProblem(problem({ status: 507, code: 'storage_full', detail: 'The server has no room left.' })),
    )
    await getState().attach(CHAT, [file('a.txt')])
    await vi.waitFor(() => expect(items()[0]?.problem?.detail).toBe('The server has no room left.'))
    getState().retry(items()[0]?.key ?? '')
    await vi.waitFor(() => expect(states()).toEqual(['a.txt: done']))
  })

  test('are ten at most for a message, and the rest is told', async () => {
    await getState().attach(
      CHAT,
      Array.from({ length: 12 }, (_, index) => file(`${index}.txt`)),
    )
    expect(getState().trays[CHAT]).toHaveLength(10)
    expect(getState().notes[CHAT]).toBe(
      'A message can have 10 files. 2 files were not added: send them in another message.',
    )
    await vi.waitFor(() => expect(items().every((item) => item?.state === 'done')).toBe(true))
  })

  test('of no bytes at all are uploaded without a transfer', async () => {
    await getState().attach(CHAT, [file('empty.txt', 0)])
    await vi.waitFor(() => expect(states()).toEqual(['empty.txt: done']))
    expect(sent).not.toHaveBeenCalled()
  })

  test('go up without the limits when the server cannot be asked for them', async () => {
    server.uploadAllowance.mockRejectedValue(new ApiProblem(NO_CONNECTION))
    await getState().attach(CHAT, [file('a.txt')])
    await vi.waitFor(() => expect(states()).toEqual(['a.txt: done']))
  })
})

describe('a cut connection', () => {
  test('is waited for, and the same upload goes on as soon as the browser is online', async () => {
    sent.mockRejectedValueOnce(new ApiProblem(NO_CONNECTION))
    await getState().attach(CHAT, [file('a.txt')])
    await vi.waitFor(() => expect(states()).toEqual(['a.txt: waiting']))
    expect(hasUnsentFiles()).toBe(true)
    dispatchEvent(new Event('online'))
    await vi.waitFor(() => expect(states()).toEqual(['a.txt: done']))
    expect(server.startUpload).toHaveBeenCalledTimes(1)
    expect(sent).toHaveBeenCalledTimes(2)
  })

  test('for so long that the server has forgotten the upload begins it anew', async () => {
    sent.mockRejectedValueOnce(new ApiProblem(problem({ status: 404, code: 'not_found' })))
    await getState().attach(CHAT, [file('a.txt')])
    await vi.waitFor(() => expect(states()).toEqual(['a.txt: done']))
    expect(server.startUpload).toHaveBeenCalledTimes(2)
  })

  test('that lost the answer of completing it asks again', async () => {
    server.completeUpload.mockRejectedValueOnce(new ApiProblem(NO_CONNECTION))
    await getState().attach(CHAT, [file('a.txt')])
    await vi.waitFor(() => expect(states()).toEqual(['a.txt: waiting']))
    dispatchEvent(new Event('online'))
    await vi.waitFor(() => expect(states()).toEqual(['a.txt: done']))
    expect(sent).toHaveBeenCalledTimes(1)
  })
})

describe('an upload that is not wanted any more', () => {
  test('is ended, and taken from the server', async () => {
    let signal: AbortSignal | undefined
    sent.mockImplementation((_file, _target, hooks) => {
      ;({ signal } = hooks)
      return new Promise((_resolve, reject) =>
        hooks.signal.addEventListener('abort', () => reject(new Error('aborted'))),
      )
    })
    await getState().attach(CHAT, [file('a.txt')])
    await vi.waitFor(() => expect(sent).toHaveBeenCalled())
    getState().remove(items()[0]?.key ?? '')
    expect(signal?.aborted).toBe(true)
    expect(states()).toEqual([])
    expect(server.cancelUpload).toHaveBeenCalledWith('upload1')
    expect(hasUnsentFiles()).toBe(false)
  })

  test('of another person is forgotten with what it was', async () => {
    const answer = new Deferred<Attachment>()
    server.completeUpload.mockReturnValueOnce(answer.promise)
    await getState().attach(CHAT, [file('a.txt')])
    await vi.waitFor(() => expect(server.completeUpload).toHaveBeenCalled())
    getState().forget()
    answer.resolve(attachment())
    await answer.promise
    expect(getState().items).toEqual({})
    expect(getState().originals).toEqual({})
  })
})
