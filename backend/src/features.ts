import type { Router } from 'express'
import { createAccounts, type Authentication } from './accounts/index.ts'
import { createAdmin, type Admin, type StatsSources } from './admin/index.ts'
import { createAttachmentRepository, createAttachments } from './attachments/index.ts'
import { createBroadcasts, createMarkAnnouncementsRead } from './broadcasts/index.ts'
import { createContacts } from './contacts/index.ts'
import { createConversations } from './conversations/index.ts'
import type { Core, Feature } from './core.ts'
import type { DatabaseCapabilities } from './database/database.connection.ts'
import { createGroups } from './groups/index.ts'
import { apiRoutes } from './http/api.routes.ts'
import type { WarnOfOrigin } from './http/origin.warning.ts'
import type { KeyedMutex } from './lib/keyedMutex.ts'
import type { SocketEvents } from './lib/socketEvents.ts'
import type { Media } from './media/index.ts'
import type { MessageLog } from './messageLog/index.ts'
import { createMessages } from './messages/index.ts'
import { createModeration } from './moderation/index.ts'
import { createPictureRepository, createPictures } from './pictures/index.ts'
import { createReports } from './reports/index.ts'
import { createRetention } from './retention/index.ts'
import { createSettings, type SettingService } from './settings/index.ts'

const MEDIA_SWEEP_MS = 10 * 60_000

/** The dependencies of the features besides the core. */
interface Parts {
  authentication: Authentication
  capabilities: DatabaseCapabilities
  log: MessageLog
  media: Media
  /** Runs the tasks of one key one after the other, on all nodes: changes of a group or an account, announcements of an admin. */
  mutex: KeyedMutex
  /** Signs the addresses of files. */
  secret: string
  /** Tells the operator of a page that was refused, see http/origin.warning.ts. */
  warnOfOrigin: WarnOfOrigin
  stats: StatsSources
  version: string
}

export interface Features {
  admin: Admin
  settings: SettingService
  /** The socket events of all features. */
  events: readonly SocketEvents[]
  /** `/api` with the routes of all features. */
  api: Router
  start(): Promise<void>
  close(): Promise<void>
}

/** Builds all features, the lower ones first: a feature knows only features above it in this list. */
export async function createFeatures(core: Core, parts: Parts): Promise<Features> {
  const { config, models, logger, jobs } = core
  const { authentication, capabilities, log, media, mutex, secret, stats, version } = parts
  const { passwords } = authentication
  const attachments = createAttachmentRepository(models, media.store, logger)
  const pictures = createPictureRepository(models, media.store)
  const prepareUser = createMarkAnnouncementsRead(models, log)

  const settings = await createSettings(core)
  const moderation = await createModeration(core, { settings: settings.service })
  const accounts = createAccounts(core, { authentication, moderation, mutex, settings: settings.service, prepareUser })
  const contacts = createContacts(core, { log, isAlone: !capabilities.isShared })
  const { blocks } = contacts
  const conversations = createConversations(core, { log })
  const groups = createGroups(core, { log, moderation, attachments, pictures, mutex })
  const files = createAttachments(core, {
    media,
    attachments,
    secret,
    findSession: authentication.sessions.findActive,
  })
  const groupPictures = createPictures(core, { media, pictures, groups })
  const broadcasts = createBroadcasts(core, { log, attachments, mutex })
  const { announce, advanceLedger } = broadcasts
  const messages = createMessages(core, { log, blocks, attachments, moderation, announce, advanceLedger })
  const { removeMessage } = messages
  const reports = createReports(core, { removeMessage })
  const retention = createRetention(core, { log, attachments, settings: settings.service, version })
  const admin = createAdmin(core, {
    blocks,
    broadcasts: broadcasts.controller,
    capabilities,
    groups,
    moderation,
    mutex,
    passwords,
    passwordReset: accounts.passwordReset,
    checkPassword: accounts.checkPassword,
    pictures,
    prepareUser,
    removeMessage,
    stats,
    version,
  })

  jobs.repeat('sweepMedia', { everyMs: MEDIA_SWEEP_MS, atStart: true }, async () => {
    // The files of a group that ended are released first.
    await groups.endedGroups.sweep()
    await attachments.sweep()
    await files.sweep()
    await pictures.sweep()
  })

  const all: Feature[] = [
    settings,
    moderation,
    accounts,
    contacts,
    conversations,
    groups,
    files,
    groupPictures,
    broadcasts,
    messages,
    reports,
    retention,
    admin,
  ]
  const adminRouter = admin.router(
    all.flatMap(({ adminMounts = [] }) => adminMounts),
    core.authenticate,
  )
  const mounts = [...all.flatMap((feature) => feature.mounts ?? []), { path: '/admin', router: adminRouter }]
  return {
    admin,
    settings: settings.service,
    events: all.flatMap((feature) => feature.events ?? []),
    api: apiRoutes(mounts, config, parts.warnOfOrigin),
    async start() {
      for (const feature of all) await feature.start?.()
    },
    async close() {
      for (const feature of all.toReversed()) await feature.close?.()
    },
  }
}
