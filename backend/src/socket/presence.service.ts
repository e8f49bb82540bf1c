import type { PresenceChange, PresenceList, PresenceStates, UserId } from '../contract/index.ts'
import type { Bus } from '../cluster/cluster.bus.ts'
import { createClusterPresence } from '../cluster/cluster.presence.ts'
import type { Logger } from '../lib/logger.ts'
import { requestSyncs } from './connection.renewal.ts'
import { createPresencePublisher } from './presence.publisher.ts'
import { createPresenceTracker, type PresenceTracker } from './presence.tracker.ts'
import { createPresenceWatches, type PresenceWatches } from './presenceWatch.registry.ts'
import type { ChatServer } from './socket.types.ts'

export interface PresenceDeps {
  io: ChatServer
  /** Undefined when this is the only node. */
  bus: Bus | undefined
  logger: Logger
  /** Stores when users were last seen. */
  rememberSeen: (users: UserId[], at: string) => Promise<void>
  /** Completes the writes that a lost node left unfinished. */
  repairAfterLoss: () => Promise<void>
}

export interface Presence {
  /** The users of this node. */
  readonly local: PresenceTracker
  /** The connections of this node that hear of changes. */
  readonly watches: PresenceWatches
  /** Returns the state of these users on all nodes. */
  statesOf(userIds: readonly UserId[]): PresenceStates
  /** Lists the users who are present on any node. */
  list(): PresenceList
  /** Stops the announcements. Returns the users of this node who are online. */
  close(): UserId[]
}

/** Sends the presence of users to the connections of this node that show them. */
export function createPresence({ io, bus, logger, rememberSeen, repairAfterLoss }: PresenceDeps): Presence {
  const watches = createPresenceWatches(io)
  const publisher = createPresencePublisher(watches.send)
  const local = createPresenceTracker((change) => (cluster ? cluster.localChange(change) : announce(change)))
  const cluster = bus && createClusterPresence(bus, announce, local, () => void recoverFromLoss())

  /** @param isOurs whether this node stores when the users were last seen, because no other node does */
  function announce(change: PresenceChange, isOurs = true): void {
    publisher.add(change)
    // Arrivals are stored too: after a crash the time of users who were online would be unknown otherwise.
    if (isOurs) void rememberSeen([...change.online, ...change.offline], change.at)
  }

  async function recoverFromLoss(): Promise<void> {
    logger.warn('another node was lost or cut off for long: its unfinished writes are repaired, and every client syncs')
    await repairAfterLoss().catch((error: unknown) =>
      logger.error({ err: error }, 'the unfinished writes of a lost node were not repaired'),
    )
    requestSyncs(io)
  }

  return {
    local,
    watches,
    statesOf(userIds) {
      const states: PresenceStates = { online: [], away: [], offline: [] }
      for (const userId of userIds) states[(cluster ?? local).stateOf(userId)].push(userId)
      return states
    },
    list: () => (cluster ?? local).list(),
    close() {
      local.close()
      publisher.close()
      cluster?.close()
      return local.list().online
    },
  }
}
