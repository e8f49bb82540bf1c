import { randomBytes } from 'node:crypto'
import { io } from 'socket.io-client'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { person, type Person } from '../helpers/people.ts'
import { startProcess } from '../helpers/serverProcess.ts'
import { ModelClient } from '../deliveryModel/modelClient.ts'
import { BearerSession } from '../deliveryModel/modelSession.ts'
import { differenceOf, truthOf } from '../deliveryModel/run.ts'
import { balancer } from './readinessBalancer.ts'
import { REDIS_SERVER, startRedis } from './redisServer.ts'

const MONGO_DB_URI = process.env['MONGO_DB_URI']
/** The writing users: as many as FerretDB on SQLite can serve on two cores. */
const CLIENTS = 4
const SEND_MS = 1000
/** Other tabs of the same users, which only receive. */
const TABS = 24
/** One second of grace, then ten seconds to close the connections. */
const SHUTDOWN_SECONDS = 30
const patiently = { timeout: 90_000, interval: 50 }

/** Several nodes need a shared database. */
describe.skipIf(REDIS_SERVER === undefined || MONGO_DB_URI === undefined)(
  'a rolling restart of two nodes under load',
  () => {
    test(
      'loses and doubles no acknowledged message, keeps the order, and spreads the reconnects',
      { timeout: 240_000 },
      async () => {
        const redis = await startRedis()
        const database = new URL(MONGO_DB_URI ?? '')
        database.pathname = `/rolling${randomBytes(4).toString('hex')}`
        const start = () =>
          startProcess({
            MONGO_DB_URI: database.href,
            REDIS_URL: redis.url,
            READY_GRACE_SECONDS: '1',
            SHUTDOWN_SECONDS: String(SHUTDOWN_SECONDS),
          })
        const front = await balancer()
        const nodes = [await start(), await start()]
        for (const { port } of nodes) front.add(port)

        const people: Person[] = []
        for (let index = 0; index < CLIENTS; index += 1) people.push(await person(front, `person${index}`))
        const sessions = people.map(({ id, ...tokens }) => new BearerSession(() => front.url, id, tokens))
        const clients = sessions.map((session) => new ModelClient(front.url, session))
        onTestFinished(() => clients.forEach((client) => client.goOffline()))
        for (const client of clients) client.goOnline()
        const tabs = Array.from({ length: TABS }, (_, index) => {
          const authorization = `Bearer ${people[index % CLIENTS]?.accessToken}`
          return io(front.url, {
            forceNew: true,
            transports: ['websocket'],
            reconnectionDelay: 100,
            reconnectionDelayMax: 500,
            extraHeaders: { authorization },
          })
        })
        onTestFinished(() => tabs.forEach((tab) => tab.disconnect()))
        await vi.waitFor(
          () =>
            expect([clients.every(({ isSettled }) => isSettled), tabs.every(({ connected }) => connected)]).toEqual([
              true,
              true,
            ]),
          patiently,
        )

        const sent = clients.map(() => 0)
        const sending = setInterval(() => {
          clients.forEach((client, index) => {
            const text = String((sent[index] = (sent[index] ?? 0) + 1))
            // Pairs of users, so that both write into each conversation.
            client.do({
              kind: 'sendMessage',
              input: { receiverId: people[index ^ 1]?.id ?? '', text, clientMessageId: `rolling-${index}-${text}` },
            })
          })
        }, SEND_MS)
        onTestFinished(() => clearInterval(sending))

        for (const old of nodes) {
          const added = await start()
          front.add(added.port)
          const before = front.sockets.length
          const { code, ms } = await old.stop()
          expect(code).toBe(0)
          expect(ms).toBeLessThan(SHUTDOWN_SECONDS * 1000)
          expect(front.isReady(old.port)).toBe(false)
          front.remove(old.port)
          const came = front.sockets.slice(before)
          // Each connection moved once, to a node that stays, and at most half of them within any half second of the
          // ten.
          expect(came.length).toBeGreaterThanOrEqual(TABS / 3)
          expect(came.map(({ port }) => port)).not.toContain(old.port)
          for (const { at } of came)
            expect(came.filter((other) => other.at >= at && other.at < at + 500).length).toBeLessThanOrEqual(
              came.length / 2,
            )
        }
        clearInterval(sending)
        await vi.waitFor(() => expect(clients.map(({ isSettled }) => isSettled)).not.toContain(false), patiently)

        for (const [index, client] of clients.entries()) {
          const session = sessions[index]
          if (!session) throw new Error('each client has a session')
          await vi.waitFor(
            async () => expect(differenceOf(await truthOf(front.url, session), client)).toBeNull(),
            patiently,
          )
          const own = [...(await truthOf(front.url, session)).messages.values()]
            .flat()
            .filter(({ senderId }) => senderId === client.userId)
          expect(own.map(({ text }) => text)).toEqual(
            Array.from({ length: sent[index] ?? 0 }, (_, number) => String(number + 1)),
          )
          expect(client.refused).toEqual([])
        }
      },
    )
  },
)
