import type { Core, Feature } from '../core.ts'
import type { MessageLog } from '../messageLog/index.ts'
import { createBlockController } from './block.controller.ts'
import { createContactController } from './contact.controller.ts'
import { blockRoutes, contactRoutes } from './contact.routes.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'

export { type BlockRepository, blocksAgainstUser, createBlockRepository, withoutBlockers } from './block.repository.ts'

/** Builds the contact list and the blocks of each user. */
export function createContacts(core: Core, { log }: { log: MessageLog }): Feature {
  const { models, delivery, createRateLimit, authenticate } = core
  const changeLimit = createRateLimit({ name: 'contact_changes', ...RATE_LIMITS.contact_changes })
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
