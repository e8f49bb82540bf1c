import { request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { LIMITS } from '../../src/contract/index.ts'
import { newId, person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

interface RawAnswer {
  encoding: string | undefined
  vary: string | undefined
  bytes: Buffer
}

/** Asks without unpacking the answer. */
function ask(url: string, token: string, accepts: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'accept-encoding': accepts }
    const sent = request(url, { headers }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.once('end', () =>
        resolve({
          encoding: answer.headers['content-encoding'],
          vary: answer.headers.vary,
          bytes: Buffer.concat(pieces),
        }),
      )
    })
    sent.once('error', reject)
    sent.end()
  })
}

it('a page of the history is compressed as the client asks, and short answers and those about the session are not', async () => {
  const server = await startServer({ messagesPerMinute: 1000 })
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const text = 'The rota of the ward for tomorrow is on the board. '
  let conversationId = ''
  for (let index = 0; index < 20; index += 1) {
    const { body } = await ada.post('/api/messages', { receiverId: ben.id, text, clientMessageId: newId() })
    conversationId = body.conversationId
  }
  const history = `${server.url}/api/messages/${conversationId}`
  const plain = await ask(history, ben.accessToken, 'identity')
  const [brotli, gzip] = [
    await ask(history, ben.accessToken, 'gzip, deflate, br'),
    await ask(history, ben.accessToken, 'gzip'),
  ]
  expect([plain.encoding, brotli.encoding, gzip.encoding]).toEqual([undefined, 'br', 'gzip'])
  expect(brotli.vary).toContain('Accept-Encoding')
  expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true)
  expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true)
  expect(brotli.bytes.length).toBeLessThan(plain.bytes.length / 4)

  expect((await ask(`${server.url}/api/contacts`, ben.accessToken, 'gzip, br')).encoding).toBeUndefined()
  await ben.patch('/api/auth/me', { bio: '界'.repeat(LIMITS.bioMax) })
  const me = await ask(`${server.url}/api/auth/me`, ben.accessToken, 'gzip, br')
  expect([me.encoding, me.bytes.length > 1024]).toEqual([undefined, true])
})
