import { join, resolve } from 'node:path'
import type { Config } from './config.ts'
import { archiveController } from './controllers/archive.controller.ts'
import { archiver as createArchiver } from './controllers/archiver.ts'
import { backupController } from './controllers/backup.controller.ts'
import { coldRunner } from './controllers/coldRunner.ts'
import { oldMessages } from './controllers/oldMessages.ts'
import { retentionController } from './controllers/retention.controller.ts'
import { retentionRunner } from './controllers/retentionRunner.ts'
import { archiveFiles } from './lib/archiveFiles.ts'
import { backupFiles } from './lib/backupFiles.ts'
import type { Logger } from './lib/logger.ts'
import type { Delivery } from './lib/ports.ts'
import type { AttachmentBook } from './models/attachmentBook.ts'
import type { Models } from './models/index.ts'
import type { MessageLog } from './models/messageLog.ts'
import type { ServerSettingsKeeper } from './models/serverSettings.ts'
import { startBackup } from './operations/backup/job.ts'

interface Deps {
  config: Config
  models: Models
  log: MessageLog
  delivery: Delivery
  attachments: AttachmentBook
  settings: ServerSettingsKeeper
  version: string
  logger: Logger
}

/** Removing old messages, their archives, and backups, put together: part of app.ts. */
export function assembleUpkeep({ config, models, log, delivery, attachments, settings, version, logger }: Deps) {
  const files = archiveFiles(join(config.dataDir, 'archive'))
  const old = oldMessages({ models, log, delivery, attachments })
  const archiver = createArchiver({ models, files, old, logger, version })
  const runner = retentionRunner({ models, settings, old, archiver, logger })
  const { mongoUri, dataDir, coldAfterDays } = config
  const cold = coldAfterDays === undefined ? undefined : coldRunner({ models, log, afterDays: coldAfterDays, logger })
  const backups = backupController({
    files: backupFiles(resolve(dataDir, 'backups')),
    start: mongoUri === undefined ? (file, onProgress) => startBackup({ dataDir: resolve(dataDir), file }, onProgress) : null,
    logger,
  })
  return {
    backups,
    retention: retentionController(settings, runner),
    archives: archiveController({ models, log, files, archiver, old }),
    async start(): Promise<void> {
      await backups.start()
      await runner.start(mongoUri === undefined)
      await cold?.start()
    },
    async close(): Promise<void> {
      await backups.close()
      await runner.close()
      await cold?.close()
    },
  }
}
