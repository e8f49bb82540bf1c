import { join } from 'node:path'
import type { AttachmentRepository } from '../attachments/index.ts'
import type { Core, Feature } from '../core.ts'
import type { MessageLog } from '../messageLog/index.ts'
import type { SettingService } from '../settings/index.ts'
import { createArchiveController } from './archive.controller.ts'
import { createArchiveService } from './archive.service.ts'
import { createArchiveFileStore } from './archiveFile.store.ts'
import { createBulkRemovalService } from './bulkRemoval.service.ts'
import { createColdMoveJob } from './coldMove.job.ts'
import { createRetentionController } from './retention.controller.ts'
import { archiveRoutes, retentionRoutes } from './retention.routes.ts'
import { createRetentionRunService } from './retentionRun.service.ts'

const COLD_MOVE_MS = 3600_000

interface RetentionDeps {
  log: MessageLog
  attachments: AttachmentRepository
  settings: SettingService
  /** Parley's version, which each archive names. */
  version: string
}

/** Builds the removal of old messages, their archives, and the move of old messages to the cold collection. */
export function createRetention(core: Core, { log, attachments, settings, version }: RetentionDeps): Feature {
  const { config, models, delivery, jobs, logger } = core
  const files = createArchiveFileStore(join(config.dataDir, 'archive'), config.costLimits)
  const bulkRemoval = createBulkRemovalService({ models, log, delivery, attachments })
  const archiveService = createArchiveService({ models, files, bulkRemoval, logger, version })
  const runService = createRetentionRunService({ models, settings, bulkRemoval, archiveService, jobs, logger })
  if (config.coldAfterDays !== undefined) {
    const coldMove = createColdMoveJob({ models, log, afterDays: config.coldAfterDays, logger })
    jobs.repeat('moveCold', { everyMs: COLD_MOVE_MS, atStart: true }, (_nothing, signal) => coldMove.run(signal))
  }
  const archives = createArchiveController({ models, log, files, archiveService, bulkRemoval })
  return {
    adminMounts: [
      { path: '/retention', router: retentionRoutes(createRetentionController(settings, runService)) },
      { path: '/archives', router: archiveRoutes(archives) },
    ],
  }
}
