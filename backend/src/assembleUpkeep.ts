import { join, resolve } from 'node:path'
import type { Config } from './config.ts'
import type { DatabaseCapabilities } from './database/database.connection.ts'
import { archiveController } from './retention/archive.controller.ts'
import { archiver as createArchiver } from './retention/archive.service.ts'
import { backupController } from './admin/backup.controller.ts'
import { coldMover } from './retention/coldMove.job.ts'
import { oldMessages } from './retention/bulkRemoval.service.ts'
import { retentionController } from './retention/retention.controller.ts'
import { retentionRunner } from './retention/retentionRun.service.ts'
import { archiveFiles } from './retention/archiveFile.store.ts'
import { backupFiles } from './admin/backupFile.store.ts'
import type { Jobs } from './lib/jobs.ts'
import type { Logger } from './lib/logger.ts'
import type { Delivery } from './lib/delivery.ts'
import type { AttachmentBook } from './attachments/attachment.repository.ts'
import type { Models } from './models/index.ts'
import type { MessageLog } from './messageLog/messageLog.service.ts'
import type { ServerSettingsKeeper } from './settings/setting.service.ts'
import { startBackup } from './operations/backup/backup.process.ts'

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
  capabilities: DatabaseCapabilities
}

/** Removing old messages, their archives, and backups, put together: part of app.ts. */
export function assembleUpkeep({
  config,
  models,
  log,
  delivery,
  attachments,
  jobs,
  settings,
  version,
  logger,
  capabilities,
}: Deps) {
  const files = archiveFiles(join(config.dataDir, 'archive'))
  const old = oldMessages({ models, log, delivery, attachments })
  const archiver = createArchiver({ models, files, old, logger, version })
  const runner = retentionRunner({ models, settings, old, archiver, jobs, logger })
  const { dataDir, coldAfterDays: afterDays } = config
  if (afterDays !== undefined) {
    const cold = coldMover({ models, log, afterDays, logger })
    jobs.repeat('moveCold', { everyMs: COLD_EVERY_MS, atStart: true }, (_nothing, signal) => cold.run(signal))
  }
  const backups = backupController({
    files: backupFiles(resolve(dataDir, 'backups')),
    start: capabilities.canBackUpWhileRunning
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
