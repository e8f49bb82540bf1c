import { expect, onTestFinished, test } from 'vitest'
import { createInstrumentation } from '../../src/lib/instrumentation.ts'
import { currentRequest } from '../../src/lib/requestContext.ts'

function server() {
  const instrumentation = createInstrumentation()
  onTestFinished(instrumentation.close)
  return instrumentation
}

const eventTrace = (requestId: string) => ({ startedAt: 0, context: { requestId }, event: 'sync' })

test('a subscriber gets the messages of its own server only, and none after the server is closed', async () => {
  const [a, b] = [server(), server()]
  const received: unknown[] = []
  expect(a.uploadFinished.hasSubscribers).toBe(false)
  a.uploadFinished.subscribe(({ bytes }) => received.push(bytes))
  a.socketEvent.subscribe({ end: ({ context }) => received.push(context.requestId) })
  for (const [index, { uploadFinished, socketEvent }] of [a, b].entries()) {
    uploadFinished.publish({ bytes: index })
    await socketEvent.tracePromise(eventTrace(`of server ${index}`), async () => {})
  }
  expect(received).toEqual([0, 'of server 0'])
  a.close()
  a.uploadFinished.publish({ bytes: 2 })
  expect([received.length, a.uploadFinished.hasSubscribers]).toEqual([2, false])
})

test('work that fails ends its trace with the error, and the caller gets the error too', async () => {
  const { socketEvent } = server()
  const errors: unknown[] = []
  socketEvent.subscribe({ end: ({ error }) => errors.push(error) })
  const failure = new Error('It failed')
  const work = socketEvent.tracePromise(eventTrace('r1'), async () => {
    throw failure
  })
  await expect(work).rejects.toBe(failure)
  expect(errors).toEqual([failure])
})

test('the current request is known in the work of a server that follows its requests, until the last such server is closed', async () => {
  const [followed, other] = [server(), server()]
  const current = ({ socketEvent }: typeof followed) =>
    socketEvent.tracePromise(eventTrace('r1'), async () => currentRequest()?.requestId)
  expect(await current(followed)).toBeUndefined()
  followed.followRequests()
  expect([await current(followed), await current(other)]).toEqual(['r1', undefined])
  followed.close()
  expect([await current(followed), followed.socketEvent.hasSubscribers]).toEqual([undefined, false])
})
