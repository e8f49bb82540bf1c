import type { RequestHandler } from 'express'
import { accountInviteRoutes } from './accounts/accountInvite.routes.ts'
import { adminGroupRoutes, adminRoutes, serverStatsRoutes } from './admin/admin.routes.ts'
import { adminUserRoutes } from './admin/adminUser.routes.ts'
import { auditRoutes } from './admin/audit.routes.ts'
import { backupRoutes } from './admin/backup.routes.ts'
import { adminReportRoutes } from './reports/report.routes.ts'
import { archiveRoutes, retentionRoutes } from './retention/retention.routes.ts'
import { settingRoutes } from './settings/setting.routes.ts'
import type { Broadcasts } from './assembleBroadcasts.ts'
import type { MediaHouse } from './assembleMedia.ts'
import { assembleUpkeep } from './assembleUpkeep.ts'
import type { Config } from './config.ts'
import type { DatabaseCapabilities } from './database/database.connection.ts'
import { createAccountInviteController } from './accounts/accountInvite.controller.ts'
import { createAdminCommands } from './admin/adminCommand.controller.ts'
import { createAdminReportController } from './reports/adminReport.controller.ts'
import { createAdminGroupController } from './admin/adminGroup.controller.ts'
import { createAdminUserController } from './admin/adminUser.controller.ts'
import { createAuditController } from './admin/audit.controller.ts'
import { createDeleteAccount } from './admin/deleteAccount.controller.ts'
import { createExportAccount } from './admin/exportAccount.controller.ts'
import type { GroupService } from './groups/group.service.ts'
import type { ModerationService } from './moderation/moderation.service.ts'
import { createPasswordResetController } from './accounts/passwordReset.controller.ts'
import { createMessageRemoval } from './messages/messageRemoval.service.ts'
import { createSettingController } from './settings/setting.controller.ts'
import { createServerStatsController, type ServerStatsControllerDeps } from './admin/serverStats.controller.ts'
import { serveCommands } from './lib/commandPipe.ts'
import type { Jobs } from './lib/jobs.ts'
import type { Instrumentation } from './lib/instrumentation.ts'
import type { Logger } from './lib/logger.ts'
import type { PasswordPool } from './lib/passwords/pool.ts'
import type { Delivery } from './lib/delivery.ts'
import type { CreateRateLimit } from './lib/rateLimit.ts'
import type { Turns } from './lib/keyedMutex.ts'
import type { EndedGroupRepository } from './groups/endedGroup.repository.ts'
import type { Models } from './models/index.ts'
import type { MessageLog } from './messageLog/messageLog.service.ts'
import type { SettingService } from './settings/setting.service.ts'
import { parleyVersion } from './operations/backup.manifest.ts'

/** Of all the people behind one address; the tokens cannot be guessed anyway. */
const RESETS_PER_HOUR = 100

interface Deps {
  config: Config
  models: Models
  log: MessageLog
  delivery: Delivery
  jobs: Jobs
  logger: Logger
  settings: SettingService
  moderation: ModerationService
  media: MediaHouse
  groupService: GroupService
  endedGroups: EndedGroupRepository
  passwords: PasswordPool
  instrumentation: Instrumentation
  broadcasts: Pick<Broadcasts, 'controller' | 'admin'>
  counts: ServerStatsControllerDeps['connections']
  storage: ServerStatsControllerDeps['storage']
  markAnnouncementsRead: (userId: string) => Promise<void>
  createRateLimit: CreateRateLimit
  turns: Turns
  capabilities: DatabaseCapabilities
  signedIn: RequestHandler
}

/** What admins do, in the panel and at the command line, put together: part of app.ts. */
export async function assembleAdministration(deps: Deps) {
  const {
    config,
    models,
    log,
    delivery,
    jobs,
    logger,
    settings,
    moderation,
    media,
    groupService,
    endedGroups,
    passwords,
    instrumentation,
    broadcasts,
    counts,
    storage,
    markAnnouncementsRead,
    createRateLimit,
    turns,
    capabilities,
  } = deps
  const version = await parleyVersion()
  const audit = createAuditController({ models, logger })
  const removeMessage = createMessageRemoval({ models, log, delivery, attachments: media.attachments })
  const users = createAdminUserController({ models, delivery, onMute: moderation.muted, turns })
  const stats = createServerStatsController({
    models,
    delivery,
    instrumentation,
    connections: counts,
    storage,
    version,
    logger,
  })
  const upkeep = assembleUpkeep({
    config,
    models,
    log,
    delivery,
    attachments: media.attachments,
    jobs,
    settings,
    version,
    logger,
    capabilities,
  })
  const resetLimit = createRateLimit({
    name: 'new passwords from this address',
    points: RESETS_PER_HOUR,
    seconds: 3600,
  })
  const { reset } = createPasswordResetController({ models, passwords, delivery, resetLimit })
  const commands = createAdminCommands({
    models,
    audit,
    users,
    broadcasts: broadcasts.controller,
    passwords,
    reset,
    markAnnouncementsRead,
    stats: stats.get,
    jobs,
    sends: !capabilities.isShared,
  })
  settings.onChange(({ maintenance }, changed) => {
    if (changed.includes('maintenance')) delivery.maintenanceChanged(maintenance)
  })
  let pipe: { close(): Promise<void> } | undefined

  const removeUser = createDeleteAccount({
    models,
    delivery,
    jobs,
    pictures: media.pictures,
    groupService,
    endedGroups,
    users,
    removeMessage,
  })
  const mounts = [
    { path: '/', router: auditRoutes(audit) },
    {
      path: '/users',
      router: adminUserRoutes({
        users,
        deleteAccount: removeUser,
        exportAccount: createExportAccount(models, users.existing),
      }),
    },
    { path: '/groups', router: adminGroupRoutes(createAdminGroupController(models.Conversation)) },
    { path: '/invites', router: accountInviteRoutes(createAccountInviteController(models)) },
    { path: '/settings', router: settingRoutes(createSettingController(settings)) },
    { path: '/reports', router: adminReportRoutes(createAdminReportController({ models, removeMessage })) },
    { path: '/stats', router: serverStatsRoutes(stats.get) },
    { path: '/retention', router: retentionRoutes(upkeep.retention) },
    { path: '/archives', router: archiveRoutes(upkeep.archives) },
    { path: '/backups', router: backupRoutes(upkeep.backups) },
    { path: '/broadcasts', router: broadcasts.admin },
  ]
  return {
    router: adminRoutes(mounts, audit, deps.signedIn),
    reset,
    command: commands.run,
    async start(): Promise<void> {
      await upkeep.start()
      // MongoDB is open to everybody who has its address: there the command line goes by itself.
      if (!capabilities.isShared) pipe = await serveCommands(config.dataDir, commands.run, logger)
    },
    async close(): Promise<void> {
      await pipe?.close()
      await upkeep.close()
      stats.close()
      await audit.settled()
    },
  }
}
