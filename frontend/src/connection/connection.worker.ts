import { createConnectionHub } from './connection.hub.ts'
import { createServerConnection } from './server.connection.ts'
import { holdForLife } from '../lib/tabs.ts'
import { newId } from '../lib/newId.ts'

/** The SharedWorker that holds the connection for all tabs of a user. Its name is the user's id. */

const lock = `parley.connection.${newId()}`
const hub = holdForLife(lock).then((isHeld) =>
  createConnectionHub(
    (pollingUntil, tell) => createServerConnection(self.name, pollingUntil, tell),
    isHeld ? lock : null,
  ),
)

addEventListener('connect', (event) => {
  // The types are a page's. In a SharedWorker this event brings the port of a tab.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const [port] = (event as MessageEvent).ports
  if (port) void hub.then(({ listen }) => listen(port))
})
