import type { RequestHandler, Router } from 'express'
import { Types } from 'mongoose'
import { broadcastController, type BroadcastController } from './controllers/broadcast.controller.ts'
import { broadcastSender } from './controllers/broadcastSender.ts'
import { ledgerController } from './controllers/ledger.controller.ts'
import { createLedgerNews } from './controllers/ledgerNews.ts'
import type { Logger } from './lib/logger.ts'
import type { Delivery } from './lib/ports.ts'
import type { AttachmentBook } from './models/attachmentBook.ts'
import type { Models } from './models/index.ts'
import { createLedger } from './models/ledger.ts'
import type { MessageLog } from './models/messageLog.ts'
import type { ReceiptKind } from './models/receipt.model.ts'
import { broadcastAdminRoutes, broadcastRoutes } from './routes/broadcast.routes.ts'

interface Deps {
  models: Models
  log: MessageLog
  delivery: Delivery
  logger: Logger
  attachments: AttachmentBook
  signedIn: RequestHandler
}

/** Broadcasts and their ledger, put together. */
export interface Broadcasts {
  admin: Router
  recipients: Router
  controller: BroadcastController
  /** The ledger follows a watermark of the announcements, before it moves. */
  follow(userId: string, kind: ReceiptKind, seq: number): Promise<void>
  start(isAlone: boolean): Promise<void>
  close(): Promise<void>
}

export function assembleBroadcasts({ models, log, delivery, logger, attachments, signedIn }: Deps): Broadcasts {
  const book = createLedger(models)
  const news = createLedgerNews(book, delivery, logger)
  const sender = broadcastSender({ models, log, ledger: book, news, delivery, logger })
  const broadcasts = broadcastController({ models, attachments, sender })
  const ledger = ledgerController({ models, ledger: book, sender, news, delivery })
  return {
    admin: broadcastAdminRoutes({ broadcasts, ledger }),
    recipients: broadcastRoutes({ ledger }, signedIn),
    controller: broadcasts,
    async follow(userId, kind, seq) {
      for (const id of await book.follow(new Types.ObjectId(userId), kind, seq)) news.moved(id)
    },
    start: sender.start,
    async close() {
      await sender.close()
      news.close()
    },
  }
}
