import type { UserId } from 'backend/contract'
import { createConnectionHub, type HubPort } from './connection.hub.ts'
import type { ToHub, ToTab } from './connection.protocol.ts'
import { createServerConnection } from './server.connection.ts'
import { WORKER_ADDRESS } from './worker.address.ts'
import { newId } from '../lib/newId.ts'
import { holdRole, openChannel } from '../lib/tabs.ts'

/** All tabs hear every message, and drop those to others. */
type Message =
  | { to: 'hub'; from: string; message: ToHub }
  | { to: 'tab'; tab: string; message: ToTab }
  /** Another tab leads now. */
  | { to: 'all' }

export interface LeadingTab {
  /** This tab's port to the hub of the tab that leads. What is posted while no tab leads is lost. */
  port: HubPort
  /** Leaves the others. When this tab leads, another one does. */
  close(): void
}

/**
 * Shares the connection among the tabs of a user where there are no shared workers: one tab leads and has the hub. Needs
 * Web Locks and BroadcastChannel. Tabs of two builds share nothing.
 * @param began called when a tab begins to lead, which may be this one
 */
export function joinLeadingTab(userId: UserId, began: () => void): LeadingTab {
  const name = `parley.connection.${userId}.${WORKER_ADDRESS}`
  const self = newId()
  let endHub: (() => void) | null = null
  const channel = openChannel<Message>(name, (told) => {
    if (told.to === 'all') began()
    else if (told.to === 'tab' && told.tab === self) hear(port, told.message)
  })
  const port: HubPort = {
    onmessage: null,
    postMessage: (message: ToHub) => channel.tell({ to: 'hub', from: self, message }),
    close: () => {},
  }
  const giveUp = holdRole(name, () => {
    endHub = lead(userId, name)
  })

  return {
    port,
    close() {
      giveUp()
      endHub?.()
      channel.close()
    },
  }
}

/** Lets this tab lead. Returns a function that ends it. */
function lead(userId: UserId, name: string): () => void {
  /** The others wait for the end of it. */
  const lock = `parley.connection.${newId()}`
  let endHub: (() => void) | null = null
  const release = holdRole(lock, () => {
    endHub = startHub(userId, name, lock)
  })
  return () => {
    endHub?.()
    release()
  }
}

/** Creates the hub in this tab. Returns a function that ends it. */
function startHub(userId: UserId, name: string, lock: string): () => void {
  const ports = new Map<string, HubPort>()
  const hub = createConnectionHub((pollingUntil, tell) => createServerConnection(userId, pollingUntil, tell), lock)
  const channel = openChannel<Message>(name, (told) => {
    if (told.to === 'hub') hear(portOf(told.from), told.message)
  })

  function portOf(tab: string): HubPort {
    const known = ports.get(tab)
    if (known) return known
    const port: HubPort = {
      onmessage: null,
      postMessage: (message: ToTab) => channel.tell({ to: 'tab', tab, message }),
      close: () => void ports.delete(tab),
    }
    ports.set(tab, port)
    hub.listen(port)
    return port
  }

  channel.tell({ to: 'all' })
  return () => {
    // The connection closes with its last tab.
    for (const port of ports.values()) hear(port, { kind: 'detach' })
    channel.close()
  }
}

function hear({ onmessage }: HubPort, data: ToHub | ToTab): void {
  // The handlers use the data only.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  ;(onmessage as ((event: { data: unknown }) => void) | null)?.({ data })
}
