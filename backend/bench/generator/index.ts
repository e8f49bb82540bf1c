import { serveCalls } from '../calls.ts'
import type { BenchPerson } from '../people.ts'
import { createBroadcasts } from './broadcasts.ts'
import type { Connected, Connection, GeneratorCommands } from './commands.ts'
import { createLoad } from './load.ts'
import { connectWire } from './wire.ts'

const connections: Connection[] = []
const load = createLoad(connections)
const broadcasts = createBroadcasts(connections)

serveCalls<GeneratorCommands>({ connect, disconnect, load: load.run, broadcasts: broadcasts.run })

/** Opens a connection for each of these users, `atOnce` at a time, to the servers in turn. Open connections stay. */
async function connect({ urls, people, atOnce, shows = 0 }: GeneratorCommands['connect']['input']): Promise<Connected> {
  const servers = urls.map((url) => new URL(url))
  const open = async (person: BenchPerson, at: number): Promise<Connection> => {
    const opened = await openAt(servers[at % servers.length] ?? new URL(''), person)
    const shown = Array.from({ length: shows }, (_, index) => people[(at + index + 1) % people.length]?.userId)
    if (shows > 0) opened.client.emit(null, 'watchPresence', JSON.stringify({ add: shown }))
    return opened
  }
  const begin = performance.now()
  try {
    for (let at = 0; at < people.length; at += atOnce) {
      // In the order of the users, not of the answers: the first connection is the admin's, and neighbours write to each other.
      const opened = await Promise.allSettled(
        people.slice(at, at + atOnce).map((person, index) => open(person, at + index)),
      )
      for (const result of opened) if (result.status === 'fulfilled') connections.push(result.value)
      for (const result of opened) if (result.status === 'rejected') throw result.reason
    }
    return { milliseconds: performance.now() - begin, failure: null }
  } catch (error) {
    return { milliseconds: performance.now() - begin, failure: error instanceof Error ? error.message : String(error) }
  }
}

async function openAt(server: URL, person: BenchPerson): Promise<Connection> {
  const client = await connectWire(
    server,
    { token: person.token, userId: person.userId },
    {
      onAck(ackId, refusal) {
        load.acknowledged(ackId, refusal)
        broadcasts.acknowledged(ackId, refusal)
      },
      onEvent(name) {
        if (name === 'newMessage') load.delivered()
        else if (name === 'broadcastMessage') broadcasts.delivered()
      },
    },
  )
  return { person, client }
}

async function disconnect(): Promise<number> {
  let bytes = 0
  for (const { client } of connections.splice(0)) {
    bytes += client.received()
    client.close()
  }
  return bytes
}
