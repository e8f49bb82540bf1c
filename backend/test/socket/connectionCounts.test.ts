import { EventEmitter } from 'node:events'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { limitConnections } from '../../src/socket/connectionLimit.guard.ts'

type Engine = Parameters<typeof limitConnections>[0]
type Connection = Parameters<ReturnType<typeof limitConnections>['takeForUser']>[1]

function open(engine: EventEmitter): Connection {
  const connection = Object.assign(new EventEmitter(), {
    request: new IncomingMessage(new Socket()),
    readyState: 'open',
  })
  engine.emit('connection', connection)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parts of a connection that the guard uses
  return connection as unknown as Connection
}

function close(connection: Connection): void {
  Reflect.set(connection, 'readyState', 'closed')
  connection.emit('close', 'transport close')
}

test('a connection that closes while its token is checked takes no place of its user', () => {
  const engine = new EventEmitter()
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the guard only listens
  const limits = limitConnections(engine as Engine, { connectionsPerUser: 1, connectionsPerAddress: 10 }, 0)
  const closed = open(engine)
  close(closed)
  limits.takeForUser('ada', closed)
  const first = open(engine)
  limits.takeForUser('ada', first)
  expect(() => limits.takeForUser('ada', open(engine))).toThrow('You have 1 connections')
  close(first)
  limits.takeForUser('ada', open(engine))
})
