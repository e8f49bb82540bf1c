import { join, resolve } from 'node:path'
import type { Config } from './config.ts'
import { archiveController } from './controllers/archive.controller.ts'
import { archiver as createArchiver } from './controllers/archiver.ts'
import { backupController } from './controllers/backup.controller.ts'
import { coldMover } from './controllers/coldMover.ts'
import { oldMessages } from './controllers/oldMessages.ts'
import { retentionController } from './controllers/retention.controller.ts'
import { retentionRunner } from './controllers/retentionRunner.ts'
import { archiveFiles } from './lib/archiveFiles.ts'
import { backupFiles } from './lib/backupFiles.ts'
import type { Jobs } from './lib/jobs.ts'
import type { Logger } from './lib/logger.ts'
import type { Delivery } from './lib/ports.ts'
import type { AttachmentBook } from './models/attachmentBook.ts'
import type { Models } from './models/index.ts'
import type { MessageLog } from './models/messageLog.ts'
import type { ServerSettingsKeeper } from './models/serverSettings.ts'
import { startBackup } from './operations/backup/job.ts'

const COLD_EVERY_MS = 3600_000

interface Deps {
  config: Config
  models: Models
  log: MessageLog
  delivery: Delivery
  attachments: AttachmentBook
  jobs: Jobs
  settings: ServerSettingsKeeper
  version: string
  logger: Logger
}

/** Removing old messages, their archives, and backups, put together: part of app.ts. */
export function assembleUpkeep({ config, models, log, delivery, attachments, jobs, settings, version, logger }: Deps) {
  const files = archiveFiles(join(config.dataDir, 'archive'))
  const old = oldMessages({ models, log, delivery, attachments })
  const archiver = createArchiver({ models, files, old, logger, version })
  const runner = retentionRunner({ models, settings, old, archiver, jobs, logger })
  const { mongoUri, dataDir, coldAfterDays: afterDays } = config
  if (afterDays !== undefined) {
    const cold = coldMover({ models, log, afterDays, logger })
    jobs.repeat('moveCold', { everyMs: COLD_EVERY_MS, atStart: true }, (_nothing, signal) => cold.run(signal))
  }
  const backups = backupController({
    files: backupFiles(resolve(dataDir, 'backups')),
    start:
      mongoUri === undefined
        ? (file, onProgress) => startBackup({ dataDir: resolve(dataDir), file }, onProgress)
        : null,
    logger,
  })
  return {
    backups,
    retention: retentionController(settings, runner),
    archives: archiveController({ models, log, files, archiver, old }),
    start: () => backups.start(),
    close: () => backups.close(),
  }
}
