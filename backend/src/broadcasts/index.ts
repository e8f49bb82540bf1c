import { Types } from 'mongoose'
import type { AttachmentRepository } from '../attachments/index.ts'
import type { SeenRange } from '../contract/index.ts'
import type { Core, Feature } from '../core.ts'
import type { MessageLog } from '../messageLog/index.ts'
import type { ReceiptKind } from '../models/receipt.model.ts'
import { createAnnouncementService, type AnnouncementService } from './announcement.service.ts'
import { createBroadcastController, type BroadcastController } from './broadcast.controller.ts'
import { broadcastAdminRoutes, broadcastRoutes } from './broadcast.routes.ts'
import { createBroadcastListController } from './broadcastList.controller.ts'
import { createBroadcastSendingService } from './broadcastSending.service.ts'
import { createLedgerController } from './ledger.controller.ts'
import { createLedgerRepository } from './ledger.repository.ts'
import { createLedgerUpdates } from './ledgerUpdates.service.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'

export type { BroadcastController } from './broadcast.controller.ts'
export { createMarkAnnouncementsRead } from './markAnnouncementsRead.service.ts'

interface BroadcastsDeps {
  /** Runs the announcements of one admin, and the reminders of one broadcast, one after the other, on all nodes. */
  mutex: KeyedMutex
  log: MessageLog
  attachments: AttachmentRepository
}

export interface Broadcasts extends Feature, AnnouncementService {
  controller: BroadcastController
  /** Moves the ledger to a watermark of the announcements, before the watermark moves. */
  advanceLedger(userId: string, kind: ReceiptKind, range: SeenRange): Promise<void>
}

/** Builds broadcasts and their ledger. */
export function createBroadcasts(core: Core, { log, attachments, mutex }: BroadcastsDeps): Broadcasts {
  const { models, delivery, jobs, clock, logger, createRateLimit, authenticate } = core
  const ledger = createLedgerRepository(models)
  const ledgerUpdates = createLedgerUpdates(ledger, delivery, logger)
  const sending = createBroadcastSendingService({ models, log, ledger, ledgerUpdates, delivery, clock, jobs })
  const controller = createBroadcastController({ models, attachments, sending })
  const ledgerController = createLedgerController({
    models,
    ledger,
    sending,
    ledgerUpdates,
    delivery,
    acknowledgeLimit: createRateLimit({ name: 'acknowledgements', ...RATE_LIMITS.acknowledgements }),
    remindLimit: createRateLimit({ name: 'reminders', ...RATE_LIMITS.reminders }),
    mutex,
  })
  const list = createBroadcastListController(models, ledger)
  return {
    ...createAnnouncementService(models, sending, mutex),
    controller,
    async advanceLedger(userId, kind, range) {
      for (const id of await ledger.advance(new Types.ObjectId(userId), kind, range)) ledgerUpdates.schedule(id)
    },
    mounts: [{ path: '/broadcasts', router: broadcastRoutes({ ledger: ledgerController }, authenticate) }],
    adminMounts: [
      {
        path: '/broadcasts',
        router: broadcastAdminRoutes({ broadcasts: controller, ledger: ledgerController, list }),
      },
    ],
    close: () => ledgerUpdates.close(),
  }
}
