import { once } from 'node:events'
import http from 'node:http'
import fc from 'fast-check'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { z } from 'zod'
import type { Ack, Problem, TypingInput } from '../../src/contract/index.ts'
import type * as RateLimit from '../../src/lib/rateLimit.ts'
import { COST_LIMITS, type CostLimits } from '../../src/lib/limits/costLimits.ts'
import type * as Validate from '../../src/lib/validate.ts'
import type * as SocketEventsModule from '../../src/socket/socket.events.ts'
import type { SocketEvents } from '../../src/lib/socketEvents.ts'
import { endpointsOf } from '../helpers/endpoints.ts'
import { createGroup, say } from '../helpers/groups.ts'
import { call, connect, person, type ClientSocket, type Person } from '../helpers/people.ts'
import { startNode, type TestServer } from '../helpers/startServer.ts'
import { inputOf, jsonOf } from './input.arbitrary.ts'

/*
 * Random input for every route and every event, made from the schemas that the server checks the input with. Whatever comes, the server
 * answers with a typed error at worst, and the data of users who do nothing stay as they are.
 *   FUZZ_INPUTS=30000 npm run test:faults -- test/http/fuzz     a long run
 *   FUZZ_SEED=…                                    the same inputs as a run that printed this seed
 */
const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 3000)
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.trunc(Math.random() * 0x7fffffff))

/** On a busy machine. */
const ANSWER_MAX_MS = 30_000

const observed = vi.hoisted(() => ({ schemas: [] as z.ZodType[], events: [] as readonly SocketEvents[] }))

vi.mock('../../src/lib/validate.ts', async (original) => {
  const real = await original<typeof Validate>()
  return {
    ...real,
    validate: <T>(schema: z.ZodType<T>, input: unknown) => {
      observed.schemas.push(schema)
      return real.validate(schema, input)
    },
  }
})
vi.mock('../../src/socket/socket.events.ts', async (original) => {
  const real = await original<typeof SocketEventsModule>()
  return {
    ...real,
    createEventHandler: (...args: Parameters<typeof real.createEventHandler>) => {
      const [features, own] = args
      // Only their names are used.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
      observed.events = [...features, ...(own as readonly SocketEvents[])]
      return real.createEventHandler(...args)
    },
  }
})
/*
 * The limits have tests of their own. Here they would answer instead of the code that the input is meant for, and how many inputs they
 * refuse would depend on the speed and on the disk of the machine. The test fails when one answers.
 */
const NO_LIMITS: CostLimits = {
  ...COST_LIMITS,
  connectionsPerUser: Infinity,
  connectionsPerAddress: Infinity,
  requestsAtOnce: Infinity,
  requestsWaiting: Infinity,
  requestsInBurst: Infinity,
  requestsOutstanding: Infinity,
  refusalsInARow: Infinity,
  openUploads: Infinity,
  passwordsPerAccount: Infinity,
  passwords: Infinity,
  diskReserveBytes: 0,
}
vi.mock('../../src/lib/rateLimit.ts', async (original) => ({
  ...(await original<typeof RateLimit>()),
  memoryRateLimits: () => () => ({ take: async () => {}, reset: async () => {} }),
}))

beforeAll(() => {
  process.stdout.write(`fuzz: ${INPUTS} inputs, FUZZ_SEED=${SEED}\n`)
})

test.each(['user', 'admin'] as const)(
  'no input of a %s to any route or event is answered with 5xx, and it changes no data of others',
  { timeout: 600_000 + INPUTS * 100 },
  async (role) => {
    const rejections: unknown[] = []
    const onRejection = (reason: unknown) => void rejections.push(reason)
    process.on('unhandledRejection', onRejection)
    onTestFinished(() => void process.off('unhandledRejection', onRejection))
    const failures: unknown[] = []

    const world = await createWorld()
    const { server, bystander } = world
    tokens.clear()
    const before = await dataOf(bystander, world)
    const routes = await learnRoutes(world)
    const events = await learnEvents(world)
    const answers: Record<string, number> = {}
    const input = fc.oneof(
      { weight: routes.length, arbitrary: fc.constantFrom(...routes).chain((route) => requestOf(route, world.ids)) },
      { weight: events.length, arbitrary: fc.constantFrom(...events).chain((event) => emissionOf(event, world.ids)) },
    )
    let token = await tokenOf(world, role)
    let [socket, emitted] = [await connect(server, token), 0]
    for (const next of fc.sample(input, { numRuns: INPUTS / 2, seed: SEED })) {
      if ('event' in next) {
        // A connection has a limit of its own.
        if (!socket.connected || ++emitted % 400 === 0) {
          socket.disconnect()
          token = await tokenOf(world, role)
          socket = await connect(server, token)
        }
        if (next.isSignal) socket.emit(next.event as 'typing', next.input as TypingInput)
        const problem = next.isSignal ? undefined : await inTime(answerOf(socket, next.event, next.input), next)
        count(answers, `${next.event} ${problem?.code ?? 'ok'}`)
        if (problem && problem.status >= 500) failures.push([next.event, jsonOf(next.input)?.slice(0, 500)])
      } else {
        let status = await inTime(send(server, next, token), next)
        if (status === 401) {
          token = await tokenOf(world, role)
          status = await inTime(send(server, next, token), next)
        }
        count(answers, `${next.route} ${status}`)
        if (status >= 500) failures.push([status, next.route, next.path, next.body?.slice(0, 500)])
      }
    }
    if (process.env['FUZZ_VERBOSE']) process.stdout.write(`${JSON.stringify(answers, undefined, 1)}\n`)
    expect(failures).toEqual([])
    expect(Object.keys(answers).filter((answer) => / (429|rate_limited|unavailable)$/.test(answer))).toEqual([])
    expect(rejections).toEqual([])
    if (role === 'user') expect(await dataOf(bystander, world)).toEqual(before)
    expect((await call(server, 'GET', '/readyz')).body).toMatchObject({ status: 'ready' })
  },
)

/** Users who can take the part of the attacker. An input may end the account of one. */
const ATTACKERS = 8
type Role = 'user' | 'admin'

interface World {
  server: TestServer
  /** The usernames of those who can attack. */
  attackers: Record<Role, string[]>
  bystander: Person
  /** What the bystander owns. */
  conversationId: string
  groupId: string
  /** Ids that an attacker may know. */
  ids: string[]
}

async function createWorld(): Promise<World> {
  const server = await startNode({ costLimits: NO_LIMITS })
  const admin = await person(server, 'admin0')
  const attackers: Record<Role, string[]> = { user: [], admin: [] }
  for (let index = 1; index <= ATTACKERS; index += 1) {
    const { id } = await person(server, `admin${index}`)
    await admin.patch(`/api/admin/users/${id}`, { role: 'admin' })
    attackers.admin.push(`admin${index}`)
    await person(server, `user${index}`)
    attackers.user.push(`user${index}`)
  }
  const [bystander, friend, user] = [
    await person(server, 'bystander'),
    await person(server, 'friend'),
    await person(server, 'user0'),
  ]
  const { body: first } = await bystander.post('/api/messages', {
    receiverId: friend.id,
    text: 'Between the two of us',
    clientMessageId: 'first',
  })
  const group = await createGroup(bystander, [friend])
  const inGroup = await say(friend, group.id, 'In our group')
  await bystander.post('/api/contacts', { userId: friend.id })
  const { body: other } = await user.post('/api/messages', {
    receiverId: friend.id,
    text: 'Hi',
    clientMessageId: 'other',
  })
  const { body: draft } = await admin.post('/api/admin/broadcasts', { title: 'Draft', text: 'A draft' })
  return {
    server,
    attackers,
    bystander,
    conversationId: first.conversationId,
    groupId: group.id,
    ids: [bystander, friend, user, group, first, inGroup, other, draft]
      .map(({ id }: { id: string }) => id)
      .concat(first.conversationId, other.conversationId),
  }
}

/** The access token of each attacker. */
const tokens = new Map<string, string>()

/** Returns a token of an attacker that works. */
async function tokenOf({ server, attackers }: World, role: Role): Promise<string> {
  for (let name = attackers[role][0]; name !== undefined; name = attackers[role][0]) {
    const { status, body } = await call(server, 'GET', '/api/auth/me', tokens.get(name))
    if (status === 200 && (role === 'user' || body.role === 'admin')) return tokens.get(name) ?? ''
    const login = { login: name, password: 'correct horse', transport: 'bearer' }
    const again = await call(server, 'POST', '/api/auth/login', undefined, login)
    if (again.status === 200) tokens.set(name, again.body.tokens.accessToken)
    else attackers[role].shift()
  }
  throw new Error(`No ${role} is left to attack: raise ATTACKERS`)
}

/** Reads what belongs to the bystander, and the data that no other user may change. */
async function dataOf(bystander: Person, { conversationId, groupId }: World): Promise<unknown> {
  const paths = ['/api/auth/me', '/api/contacts', '/api/blocks', ...[conversationId, groupId].flatMap((id) => [`/api/chats/${id}`, `/api/messages/${id}`])] // prettier-ignore
  const answers = []
  for (const path of paths) answers.push([path, await bystander.get(path)])
  return answers
}

interface Route {
  route: string
  /** What the server checked the input of this route with; none for a route without input. */
  schema: z.ZodType | undefined
}

/** Calls each route once as an admin, and notes which schema the server checks its input with. */
async function learnRoutes(world: World): Promise<Route[]> {
  const { server } = world
  const routes: Route[] = []
  for (const route of endpointsOf(server.app)) {
    if (route === 'GET /{*path}') continue
    const [method = '', path = ''] = route.split(' ')
    const accessToken = await tokenOf(world, 'admin')
    observed.schemas = []
    const body = ['GET', 'HEAD'].includes(method) ? undefined : {}
    await fetch(server.url + path.replace(/:\w+/g, 'f'.repeat(24)), {
      method,
      headers: { authorization: `Bearer ${accessToken}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: '{}' }),
    }).then((answer) => answer.arrayBuffer())
    routes.push({ route, schema: observed.schemas[0] })
  }
  // The routes with input are by far the most. Without schemas the inputs would be noise.
  expect(routes.filter(({ schema }) => schema).length).toBeGreaterThan(60)
  return routes
}

interface Event {
  event: string
  isSignal: boolean
  schema: z.ZodType | undefined
}

async function learnEvents(world: World): Promise<Event[]> {
  const socket = await connect(world.server, await tokenOf(world, 'user'))
  const events: Event[] = []
  for (const { requests = {}, signals = {} } of observed.events) {
    for (const event of Object.keys(requests)) {
      observed.schemas = []
      await answerOf(socket, event, {})
      events.push({ event, isSignal: false, schema: observed.schemas[0] })
    }
    for (const event of Object.keys(signals)) events.push({ event, isSignal: true, schema: undefined })
  }
  expect(events.length).toBeGreaterThan(8)
  socket.disconnect()
  return events
}

interface Request {
  route: string
  path: string
  body: string | undefined
  headers: Record<string, string>
}

/** Returns an arbitrary of requests to a route: the input's fields go into the path, the query or the body, as the route takes them. */
function requestOf({ route, schema }: Route, ids: readonly string[]): fc.Arbitrary<Request> {
  const [method = '', path = ''] = route.split(' ')
  const text = fc.oneof(fc.constantFrom(...ids), fc.constantFrom('0', '1', '-1', '1e308', '%', '%ED%A0%80', '..', '%00', 'x'.repeat(2000), 'picture', 'original')) // prettier-ignore
  const input = schema ? inputOf(schema, ids) : fc.constant({})
  const tus = fc.record(
    {
      'tus-resumable': fc.constantFrom('1.0.0', '2'),
      'upload-offset': fc.constantFrom('0', '-1', '1e9', '5', 'x'),
      'upload-length': fc.constantFrom('0', '10', '-1', '1e30', String(2 ** 60)),
      'upload-metadata': fc.constantFrom('', 'name', 'name ====', 'a b,c d', 'filename Li4vLi4vYQ=='),
      'content-type': fc.constantFrom('application/offset+octet-stream', 'text/plain', 'image/png'),
      range: fc.constantFrom('bytes=0-', 'bytes=-1', 'bytes=9-1', 'items=0-1', 'bytes=0-1,3-4'),
      'if-none-match': fc.constantFrom('*', '""', 'x'),
    },
    { requiredKeys: [] },
  )
  return fc
    .tuple(
      input,
      fc.array(text, { minLength: 3, maxLength: 3 }),
      fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, tus),
    )
    .map(([value, texts, extra]) => {
      const fields: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {}
      let used = 0
      const target = path.replace(/:(\w+)/g, (_, name: string) => {
        const own = fields[name]
        delete fields[name]
        if (typeof own === 'string' && own !== '' && own.isWellFormed())
          return encodeURIComponent(own.slice(0, 3000).toWellFormed())
        return texts[used++] ?? ''
      })
      const hasBody = !['GET', 'HEAD'].includes(method)
      const query = hasBody ? '' : queryOf(fields)
      const headers = { 'content-type': 'application/json', ...(extra as Record<string, string>) }
      // A value that is no object is a body of its own.
      const body = jsonOf(Object.keys(fields).length === 0 && value !== null ? value : fields)
      return { route, path: target + query, body: hasBody ? body : undefined, headers }
    })
}

function queryOf(fields: Record<string, unknown>): string {
  const pairs = Object.entries(fields).map(([key, value]) => {
    const text = typeof value === 'string' ? value : String(jsonOf(value))
    return `${encodeURIComponent(key.toWellFormed())}=${encodeURIComponent(text.slice(0, 4000).toWellFormed())}`
  })
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** Sends over a connection of its own: the server may end one whose body it refused. Returns the status. */
async function send(server: TestServer, { route, path, body, headers }: Request, token: string): Promise<number> {
  const all = { ...headers, authorization: `Bearer ${token}` }
  const { hostname, port } = new URL(server.url)
  // The path goes out as it is. A URL would resolve `..` in it, which leads to other routes.
  const request = http.request({ hostname, port, path, method: route.split(' ')[0], headers: all, agent: false })
  request.end(body)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  await response.resume().toArray()
  return response.statusCode ?? 0
}

interface Emission {
  event: string
  isSignal: boolean
  input: unknown
}

function emissionOf({ event, isSignal, schema }: Event, ids: readonly string[]): fc.Arbitrary<Emission> {
  const input = schema
    ? inputOf(schema, ids)
    : fc.record({
        conversationId: fc.constantFrom<unknown>(...ids, null, {}),
        isTyping: fc.constantFrom<unknown>(true, 'x'),
      })
  return input.map((value) => ({ event, isSignal, input: value }))
}

/** Emits, and returns the problem that the server answers with; undefined: none, or the connection has ended. */
function answerOf(socket: ClientSocket, event: string, input: unknown): Promise<Problem | undefined> {
  const emitAny = socket.emit.bind(socket) as (
    event: string,
    input: unknown,
    ack?: (answer: Ack<unknown>) => void,
  ) => void
  return new Promise((resolve) => {
    const ended = () => resolve(undefined)
    socket.once('disconnect', ended)
    emitAny(event, input, (answer) => {
      socket.off('disconnect', ended)
      resolve(answer.ok ? undefined : answer.problem)
    })
  })
}

/** Fails with the input when the server does not answer it. */
async function inTime<T>(answer: Promise<T>, input: object): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not answered: ${jsonOf(input)?.slice(0, 500)}`)), ANSWER_MAX_MS)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

function count(answers: Record<string, number>, name: string): void {
  answers[name] = (answers[name] ?? 0) + 1
}
