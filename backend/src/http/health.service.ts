import type { Connection } from 'mongoose'
import type { Bus } from '../cluster/cluster.bus.ts'
import type { Config } from '../config.ts'
import { diskRoom } from '../lib/files/diskSpace.ts'
import { createHealth, type Health } from '../lib/health.ts'
import type { Jobs } from '../lib/jobs.ts'
import { canServe } from '../migrations/migration.runner.ts'

interface Deps {
  config: Pick<Config, 'dataDir' | 'costLimits'>
  connection: Connection
  /** Undefined when this is the only node. */
  bus: Pick<Bus, 'isConnected'> | undefined
  /** Undefined without a broker. */
  queue: Pick<Jobs, 'isConnected'> | undefined
}

/** Makes the health check of this node: the parts it needs, and the parts it can do without for a while. */
export function createServerHealth({ config, connection, bus, queue }: Deps): Health {
  return createHealth([
    // Reads a document, since the embedded engine answers a ping without touching its file.
    {
      name: 'database',
      isNeeded: true,
      isUp: async () => (await connection.collection('versions').findOne({})) !== null,
    },
    { name: 'schema', isNeeded: true, isUp: () => canServe(connection) },
    // Down when uploads are refused. An operator can make room before messages fail.
    { name: 'disk', isNeeded: false, isUp: async () => (await diskRoom(config.dataDir, config.costLimits)) > 0 },
    ...(bus ? [{ name: 'redis', isNeeded: false, isUp: () => bus.isConnected() }] : []),
    ...(queue ? [{ name: 'queue', isNeeded: false, isUp: () => queue.isConnected() }] : []),
  ])
}
