import { resolve } from 'node:path'
import type { RequestHandler, Router } from 'express'
import type { CheckPassword, PasswordResetController } from '../accounts/index.ts'
import type { BroadcastController } from '../broadcasts/index.ts'
import type { BlockRepository } from '../contacts/index.ts'
import type { Core, Feature } from '../core.ts'
import type { DatabaseCapabilities } from '../database/database.connection.ts'
import type { Groups } from '../groups/index.ts'
import type { Mount } from '../http/mount.types.ts'
import { serveCommands, type RunCommand } from '../lib/commandPipe.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
import type { PasswordPool } from '../lib/passwords/pool.ts'
import type { RemoveMessage } from '../messages/index.ts'
import type { ModerationService } from '../moderation/index.ts'
import { startBackup } from '../operations/backup/backup.process.ts'
import type { PictureRepository } from '../pictures/index.ts'
import { adminGroupRoutes, adminRoutes, serverStatsRoutes } from './admin.routes.ts'
import { createAdminCommands } from './adminCommand.controller.ts'
import { createAdminGroupController } from './adminGroup.controller.ts'
import { createAdminUserController } from './adminUser.controller.ts'
import { adminUserRoutes } from './adminUser.routes.ts'
import { createAuditController } from './audit.controller.ts'
import { auditRoutes } from './audit.routes.ts'
import { createBackupController } from './backup.controller.ts'
import { backupRoutes } from './backup.routes.ts'
import { createBackupFileStore } from './backupFile.store.ts'
import { createDeleteAccount } from './deleteAccount.controller.ts'
import { createExportAccount } from './exportAccount.controller.ts'
import { createServerStatsController, type ServerStatsControllerDeps } from './serverStats.controller.ts'

/** The sources of the figures in the panel's overview. */
export type StatsSources = Pick<ServerStatsControllerDeps, 'connections' | 'storage'>

interface AdminDeps {
  blocks: BlockRepository
  broadcasts: BroadcastController
  capabilities: DatabaseCapabilities
  groups: Groups
  moderation: ModerationService
  /** Runs the changes of one account one after the other, on all nodes. */
  mutex: KeyedMutex
  passwords: PasswordPool
  passwordReset: PasswordResetController
  checkPassword: CheckPassword
  pictures: PictureRepository
  prepareUser: (userId: string) => Promise<void>
  removeMessage: RemoveMessage
  stats: StatsSources
  version: string
}

export interface Admin extends Feature {
  /** Runs a command of `npm run admin`. */
  runCommand: RunCommand
  /** Returns `/api/admin` with the routes of all features, behind the check for admins and the audit log. */
  router(mounts: readonly Mount[], authenticate: RequestHandler): Router
}

/** Builds what admins do in the panel and on the command line. */
export function createAdmin(core: Core, deps: AdminDeps): Admin {
  const { config, models, delivery, jobs, logger, instrumentation } = core
  const {
    blocks,
    broadcasts,
    capabilities,
    groups,
    moderation,
    mutex,
    passwords,
    passwordReset,
    pictures,
    prepareUser,
    removeMessage,
  } = deps
  const audit = createAuditController({ models, logger })
  const users = createAdminUserController({ models, delivery, onMute: moderation.noteMute, mutex })
  const stats = createServerStatsController({
    models,
    delivery,
    logger,
    instrumentation,
    version: deps.version,
    ...deps.stats,
  })
  const backups = createBackupController({
    files: createBackupFileStore(resolve(config.dataDir, 'backups')),
    start: capabilities.canBackUpWhileRunning
      ? (file, onProgress) => startBackup({ dataDir: resolve(config.dataDir), file }, onProgress)
      : null,
    checkPassword: deps.checkPassword,
    clock: core.clock,
    logger,
  })
  const deleteAccount = createDeleteAccount({
    models,
    blocks,
    delivery,
    jobs,
    pictures,
    groupService: groups.service,
    endedGroups: groups.endedGroups,
    users,
    removeMessage,
  })
  const commands = createAdminCommands({
    models,
    audit,
    users,
    broadcasts,
    passwords,
    reset: passwordReset.reset,
    markAnnouncementsRead: prepareUser,
    stats: stats.get,
    jobs,
    sends: !capabilities.isShared,
  })
  let pipe: { close(): Promise<void> } | undefined
  return {
    runCommand: commands.run,
    router: (mounts, authenticate) => adminRoutes(mounts, audit, authenticate),
    adminMounts: [
      { path: '/', router: auditRoutes(audit) },
      {
        path: '/users',
        router: adminUserRoutes({ users, deleteAccount, exportAccount: createExportAccount(models, users.existing) }),
      },
      { path: '/groups', router: adminGroupRoutes(createAdminGroupController(models.Conversation)) },
      { path: '/stats', router: serverStatsRoutes(stats.get) },
      { path: '/backups', router: backupRoutes(backups) },
    ],
    async start() {
      await backups.start()
      // Every process with the address of a shared database can run commands itself, so the command line needs no
      // running server.
      if (!capabilities.isShared) pipe = await serveCommands(config.dataDir, commands.run, logger)
    },
    async close() {
      await pipe?.close()
      await backups.close()
      stats.close()
      await audit.settled()
    },
  }
}
