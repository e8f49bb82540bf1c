import type { AttachmentRepository } from '../attachments/index.ts'
import type { BlockRepository } from '../contacts/index.ts'
import type { SeenRange } from '../contract/index.ts'
import type { Core, Feature } from '../core.ts'
import type { MessageLog } from '../messageLog/index.ts'
import type { ReceiptKind } from '../models/receipt.model.ts'
import type { ModerationService } from '../moderation/index.ts'
import { createMessageController, type Announce } from './message.controller.ts'
import { messageEvents } from './message.events.ts'
import { messageRoutes } from './message.routes.ts'
import { createMessageChangeController } from './messageChange.controller.ts'
import { createMessageRemoval, type RemoveMessage } from './messageRemoval.service.ts'
import { receiptEvents } from './receipt.events.ts'
import { createReceiptController } from './receipt.controller.ts'
import { createSyncController } from './sync.controller.ts'
import { syncEvents } from './sync.events.ts'
import { syncRoutes } from './sync.routes.ts'
import { typingEvents } from './typing.events.ts'
import { createTypingController } from './typing.controller.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'

export { type RemoveMessage, removeMessagesOfSender } from './messageRemoval.service.ts'

interface MessagesDeps {
  log: MessageLog
  blocks: BlockRepository
  attachments: AttachmentRepository
  moderation: ModerationService
  announce: Announce
  /**
   * Moves the ledger of broadcasts before the watermark of the announcements moves. After a crash between the two, a
   * repeat finds both.
   */
  advanceLedger: (userId: string, kind: ReceiptKind, range: SeenRange) => Promise<void>
}

export interface Messages extends Feature {
  removeMessage: RemoveMessage
}

/** Builds sending, changing and reading messages, receipts, typing, and sync. */
export function createMessages(core: Core, deps: MessagesDeps): Messages {
  const { config, models, delivery, createRateLimit, authenticate, instrumentation } = core
  const { log, blocks: blockRepository, attachments, moderation, announce, advanceLedger } = deps
  const sendLimit = createRateLimit({ name: 'messages', ...RATE_LIMITS.messages, points: config.messagesPerMinute })
  const syncLimit = createRateLimit({ name: 'syncs', ...RATE_LIMITS.syncs })
  const { costLimits: costs } = config
  const receiptLimit = createRateLimit({ name: 'receipts', ...RATE_LIMITS.receipts, points: costs.receiptsPerMinute })
  const typingLimit = createRateLimit({ name: 'typing', ...RATE_LIMITS.typing, points: costs.typingPerMinute })
  const historyLimit = createRateLimit({
    name: 'history_pages',
    ...RATE_LIMITS.history_pages,
    points: costs.historyPagesPerMinute,
  })
  const writing = { models, log, delivery, sendLimit, blockRepository, attachments, moderation }
  const messages = createMessageController({ ...writing, historyLimit, announce, instrumentation })
  const changes = createMessageChangeController(writing)
  const receipts = createReceiptController({
    models,
    log,
    delivery,
    blockRepository,
    receiptLimit,
    updateLedger: advanceLedger,
  })
  const sync = createSyncController({ models, log, receipts, syncLimit, instrumentation })
  const typing = createTypingController({ models, delivery, blockRepository, typingLimit })
  return {
    removeMessage: createMessageRemoval({ models, log, delivery, attachments }),
    events: [messageEvents(messages, changes), receiptEvents(receipts), syncEvents(sync), typingEvents(typing)],
    mounts: [
      { path: '/messages', router: messageRoutes({ messages, changes, receipts }, authenticate) },
      { path: '/sync', router: syncRoutes(sync, authenticate) },
    ],
  }
}
