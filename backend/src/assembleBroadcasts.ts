import type { RequestHandler, Router } from 'express'
import { Types } from 'mongoose'
import { createBroadcastController, type BroadcastController } from './broadcasts/broadcast.controller.ts'
import { createBroadcastListController } from './broadcasts/broadcastList.controller.ts'
import { createBroadcastSendingService } from './broadcasts/broadcastSending.service.ts'
import { createLedgerController } from './broadcasts/ledger.controller.ts'
import { createLedgerUpdates } from './broadcasts/ledgerUpdates.service.ts'
import { systemClock } from './lib/clock.ts'
import type { Jobs } from './lib/jobs.ts'
import type { Logger } from './lib/logger.ts'
import type { Delivery } from './lib/delivery.ts'
import type { CreateRateLimit } from './lib/rateLimit.ts'
import type { AttachmentRepository } from './attachments/attachment.repository.ts'
import type { Models } from './models/index.ts'
import { createLedgerRepository } from './broadcasts/ledger.repository.ts'
import type { MessageLog } from './messageLog/messageLog.service.ts'
import type { ReceiptKind } from './models/receipt.model.ts'
import { broadcastAdminRoutes, broadcastRoutes } from './broadcasts/broadcast.routes.ts'

/** Of one person: what waits for somebody is acknowledged one by one. */
const ACKNOWLEDGEMENTS_PER_MINUTE = 120
/** By hand, of one broadcast, by whatever admin: each reaches everybody who is missing. */
const REMINDERS_PER_HOUR = 10

interface Deps {
  models: Models
  log: MessageLog
  delivery: Delivery
  jobs: Jobs
  logger: Logger
  attachments: AttachmentRepository
  signedIn: RequestHandler
  createRateLimit: CreateRateLimit
}

/** Broadcasts and their ledger, put together. */
export interface Broadcasts {
  admin: Router
  recipients: Router
  controller: BroadcastController
  /** The ledger follows a watermark of the announcements, before it moves. */
  follow(userId: string, kind: ReceiptKind, seq: number): Promise<void>
  close(): void
}

export function assembleBroadcasts({
  models,
  log,
  delivery,
  jobs,
  logger,
  attachments,
  signedIn,
  createRateLimit,
}: Deps): Broadcasts {
  const rows = createLedgerRepository(models)
  const ledgerUpdates = createLedgerUpdates(rows, delivery, logger)
  const sender = createBroadcastSendingService({
    models,
    log,
    ledger: rows,
    ledgerUpdates,
    delivery,
    clock: systemClock,
    jobs,
  })
  const broadcasts = createBroadcastController({ models, attachments, sender })
  const ledger = createLedgerController({
    models,
    ledger: rows,
    sender,
    ledgerUpdates,
    delivery,
    acknowledgeLimit: createRateLimit({ name: 'acknowledgements', points: ACKNOWLEDGEMENTS_PER_MINUTE, seconds: 60 }),
    remindLimit: createRateLimit({ name: 'reminders of this broadcast', points: REMINDERS_PER_HOUR, seconds: 3600 }),
  })
  return {
    admin: broadcastAdminRoutes({ broadcasts, ledger, list: createBroadcastListController(models, rows) }),
    recipients: broadcastRoutes({ ledger }, signedIn),
    controller: broadcasts,
    async follow(userId, kind, seq) {
      for (const id of await rows.follow(new Types.ObjectId(userId), kind, seq)) ledgerUpdates.moved(id)
    },
    close: () => ledgerUpdates.close(),
  }
}
