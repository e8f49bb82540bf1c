import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { spreadRequests } from '../../src/http/requestTurns.listener.ts'

const nextTurn = () => new Promise((resolve) => void setImmediate(resolve))

function collect() {
  const begun: string[] = []
  const listener = spreadRequests((req) => void begun.push(req.url ?? ''))
  return {
    begun,
    send(url: string) {
      const req = Object.assign(new IncomingMessage(new Socket()), { url })
      listener.call(createServer(), req, new ServerResponse(req))
    },
  }
}

it('begins one request in a turn of the event loop, in their order', async () => {
  const { begun, send } = collect()
  for (const url of ['a', 'b', 'c']) send(url)
  expect(begun).toEqual(['a'])
  await nextTurn()
  expect(begun).toEqual(['a', 'b'])
  send('d')
  await nextTurn()
  await nextTurn()
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  await nextTurn()
  send('e')
  expect(begun.at(-1)).toBe('e')
})

it('moves a long queue faster, and leaves none waiting', async () => {
  const { begun, send } = collect()
  for (let index = 0; index < 1000; index += 1) send(String(index))
  await nextTurn()
  expect(begun).toHaveLength(1 + Math.ceil(999 / 32))
  for (let turns = 0; turns < 150; turns += 1) await nextTurn()
  expect(begun).toEqual(Array.from({ length: 1000 }, (_, index) => String(index)))
})
