import type { Core, Feature } from '../core.ts'
import type { MessageLog } from '../messageLog/index.ts'
import { createBlockRepository, type BlockRepository } from './block.repository.ts'
import { createBlockController } from './block.controller.ts'
import { createContactController } from './contact.controller.ts'
import { blockRoutes, contactRoutes } from './contact.routes.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'

export { type BlockRepository, blocksAgainstUser, withoutBlockers } from './block.repository.ts'

interface ContactsDeps {
  log: MessageLog
  /** No other process uses the database. */
  isAlone: boolean
}

export interface Contacts extends Feature {
  blocks: BlockRepository
}

/** Builds the contact list and the blocks of each user. */
export function createContacts(core: Core, { log, isAlone }: ContactsDeps): Contacts {
  const { models, delivery, createRateLimit, authenticate } = core
  const changeLimit = createRateLimit({ name: 'contact_changes', ...RATE_LIMITS.contact_changes })
  const blocks = createBlockRepository(models, isAlone)
  return {
    blocks,
    mounts: [
      {
        path: '/contacts',
        router: contactRoutes(createContactController({ models, delivery, changeLimit }), authenticate),
      },
      {
        path: '/blocks',
        router: blockRoutes(createBlockController({ models, blocks, log, delivery, changeLimit }), authenticate),
      },
    ],
  }
}
