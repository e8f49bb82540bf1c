import { join, resolve } from 'node:path'
import type { Config } from './config.ts'
import type { DatabaseCapabilities } from './database/database.connection.ts'
import { createArchiveController } from './retention/archive.controller.ts'
import { createArchiveService } from './retention/archive.service.ts'
import { createBackupController } from './admin/backup.controller.ts'
import { createColdMoveJob } from './retention/coldMove.job.ts'
import { createBulkRemovalService } from './retention/bulkRemoval.service.ts'
import { createRetentionController } from './retention/retention.controller.ts'
import { createRetentionRunService } from './retention/retentionRun.service.ts'
import { createArchiveFileStore } from './retention/archiveFile.store.ts'
import { createBackupFileStore } from './admin/backupFile.store.ts'
import type { Jobs } from './lib/jobs.ts'
import type { Logger } from './lib/logger.ts'
import type { Delivery } from './lib/delivery.ts'
import type { AttachmentRepository } from './attachments/attachment.repository.ts'
import type { Models } from './models/index.ts'
import type { MessageLog } from './messageLog/messageLog.service.ts'
import type { SettingService } from './settings/setting.service.ts'
import { startBackup } from './operations/backup/backup.process.ts'

const COLD_EVERY_MS = 3600_000

interface Deps {
  config: Config
  models: Models
  log: MessageLog
  delivery: Delivery
  attachments: AttachmentRepository
  jobs: Jobs
  settings: SettingService
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
  const files = createArchiveFileStore(join(config.dataDir, 'archive'))
  const bulkRemoval = createBulkRemovalService({ models, log, delivery, attachments })
  const archiveService = createArchiveService({ models, files, bulkRemoval, logger, version })
  const runner = createRetentionRunService({ models, settings, bulkRemoval, archiveService, jobs, logger })
  const { dataDir, coldAfterDays: afterDays } = config
  if (afterDays !== undefined) {
    const cold = createColdMoveJob({ models, log, afterDays, logger })
    jobs.repeat('moveCold', { everyMs: COLD_EVERY_MS, atStart: true }, (_nothing, signal) => cold.run(signal))
  }
  const backups = createBackupController({
    files: createBackupFileStore(resolve(dataDir, 'backups')),
    start: capabilities.canBackUpWhileRunning
      ? (file, onProgress) => startBackup({ dataDir: resolve(dataDir), file }, onProgress)
      : null,
    logger,
  })
  return {
    backups,
    retention: createRetentionController(settings, runner),
    archives: createArchiveController({ models, log, files, archiveService, bulkRemoval }),
    start: () => backups.start(),
    close: () => backups.close(),
  }
}
