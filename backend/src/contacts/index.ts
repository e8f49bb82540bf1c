import type { Core, Feature } from '../core.ts'
import type { MessageLog } from '../messageLog/index.ts'
import { createBlockController } from './block.controller.ts'
import { createContactController } from './contact.controller.ts'
import { blockRoutes, contactRoutes } from './contact.routes.ts'

export { type BlockRepository, blocksAgainstUser, createBlockRepository, withoutBlockers } from './block.repository.ts'

/** The server tells each change to the other devices of the user. */
const CHANGES_PER_MINUTE = 120

/** Builds the contact list and the blocks of each user. */
export function createContacts(core: Core, { log }: { log: MessageLog }): Feature {
  const { models, delivery, createRateLimit, authenticate } = core
  const changeLimit = createRateLimit({ name: 'contact_changes', points: CHANGES_PER_MINUTE, seconds: 60 })
  return {
    mounts: [
      {
        path: '/contacts',
        router: contactRoutes(createContactController({ models, delivery, changeLimit }), authenticate),
      },
      {
        path: '/blocks',
        router: blockRoutes(createBlockController({ models, log, delivery, changeLimit }), authenticate),
      },
    ],
  }
}
