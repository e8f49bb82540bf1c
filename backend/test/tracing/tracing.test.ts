import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { newId, person, request } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

interface Span {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[]
}
interface Export {
  resourceSpans: { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[]
}

/** Starts a collector that receives OTLP over HTTP in JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
async function collector() {
  const exports: Export[] = []
  const asked: string[] = []
  const http = createServer((req, res) => {
    asked.push([req.method, req.url, req.headers['content-type'], req.headers['x-team']].join(' '))
    void text(req).then((body) => {
      exports.push(JSON.parse(body) as Export)
      res.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => void http.close())
  return {
    endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    asked,
    spans: () =>
      exports.flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    resources: () => exports.flatMap(({ resourceSpans }) => resourceSpans.map(({ resource }) => resource)),
  }
}

const attributesOf = ({ attributes }: Pick<Span, 'attributes'>) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]))

test('a request is a span in the trace of a trusted proxy, with the database commands as child spans', async () => {
  const { endpoint, asked, spans, resources } = await collector()
  const server = await startServer({
    trustProxy: 1,
    tracing: { endpoint: `${endpoint}/`, headers: { 'x-team': 'chat' }, serviceName: 'parley-test', ratio: 1 },
  })
  const [ada, bob] = [await person(server, 'ada'), await person(server, 'bob')]
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const answer = await fetch(`${server.url}/api/messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ada.accessToken}`,
      'content-type': 'application/json',
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    },
    body: JSON.stringify({ receiverId: bob.id, text: 'Hello', clientMessageId: newId() }),
  })
  expect(answer.status).toBe(201)
  const socket = await bob.connect()
  await request(socket, 'sendMessage', { receiverId: ada.id, text: 'Hello yourself', clientMessageId: newId() })
  await server.stop()

  expect(new Set(asked)).toEqual(new Set(['POST /v1/traces application/json chat']))
  expect(attributesOf(resources()[0]!)).toMatchObject({ 'service.name': 'parley-test' })
  const rest = spans().find(({ name }) => name === 'POST /api/messages')!
  expect(rest).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' })
  expect(attributesOf(rest)).toMatchObject({
    'http.route': '/api/messages',
    'http.response.status_code': 201,
    'parley.request.id': answer.headers.get('x-request-id'),
  })
  const below = spans().filter(({ parentSpanId }) => parentSpanId === rest.spanId)
  expect(below.length).toBeGreaterThan(0)
  expect(below.every((span) => span.traceId === traceId)).toBe(true)
  const event = spans().find(({ name }) => name === 'event sendMessage')!
  expect(attributesOf(event)).toMatchObject({ 'parley.request.id': expect.stringMatching(/\.1$/) })
  expect(event.traceId).not.toBe(traceId)
  expect(
    spans().filter(
      ({ parentSpanId, name }) =>
        parentSpanId === event.spanId && / (messages|conversations|users|sessions)$/.test(name),
    ).length,
  ).toBeGreaterThan(0)
})

test('without a trusted proxy a client cannot choose the trace of its requests', async () => {
  const { endpoint, spans } = await collector()
  const server = await startServer({
    trustProxy: 0,
    tracing: { endpoint, headers: {}, serviceName: 'parley', ratio: 1 },
  })
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  await fetch(`${server.url}/api/auth/registration`, { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } })
  await server.stop()
  const names = spans().map(({ name }) => name)
  expect(new Set(spans().map((span) => span.traceId)).size).toBe(1)
  expect(names).toContain('GET /api/auth/registration')
  expect(spans().filter((span) => span.traceId === traceId)).toEqual([])
})

test('a collector that cannot be reached delays neither requests nor the shutdown', async () => {
  const server = await startServer({
    tracing: { endpoint: 'http://127.0.0.1:9', headers: {}, serviceName: 'parley', ratio: 1 },
  })
  expect((await fetch(`${server.url}/api/auth/registration`)).status).toBe(200)
  const begun = Date.now()
  await server.stop()
  expect(Date.now() - begun).toBeLessThan(6000)
})
