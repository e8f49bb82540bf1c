import cookieParser from 'cookie-parser'
import { Router, type RequestHandler } from 'express'
import type { Config } from '../config.ts'
import type { BlockController } from '../contacts/block.controller.ts'
import type { ChatController } from '../conversations/conversation.controller.ts'
import type { ContactController } from '../contacts/contact.controller.ts'
import type { ReportController } from '../reports/report.controller.ts'
import type { SyncController } from '../messages/sync.controller.ts'
import type { UserController } from '../accounts/peopleSearch.controller.ts'
import { jsonBody } from './middleware/jsonBody.middleware.ts'
import { notFound } from './middleware/notFound.middleware.ts'
import { sameOrigin } from './middleware/sameOrigin.middleware.ts'
import { adminRoutes, type AdminActions } from '../admin/admin.routes.ts'
import { authRoutes, type AuthActions } from '../accounts/auth.routes.ts'
import { chatRoutes } from '../conversations/conversation.routes.ts'
import { blockRoutes, contactRoutes, reportRoutes } from '../contacts/contact.routes.ts'
import { groupRoutes, inviteRoutes, type GroupActions } from '../groups/group.routes.ts'
import { messageRoutes, type MessageActions } from '../messages/message.routes.ts'
import { syncRoutes } from '../messages/sync.routes.ts'
import { userRoutes } from '../accounts/user.routes.ts'

interface ApiActions {
  auth: AuthActions
  users: UserController
  chats: ChatController
  messages: MessageActions
  groups: GroupActions
  contacts: ContactController
  blocks: BlockController
  reports: ReportController
  sync: SyncController
  admin: AdminActions
  broadcasts: { admin: Router; recipients: Router }
  content: { uploadContents: Router; pictureContents: Router; uploads: Router; media: Router; pictures: Router }
}

/** Everything below `/api`. */
export function apiRoutes(actions: ApiActions, signedIn: RequestHandler, config: Config): Router {
  const { content, broadcasts } = actions
  const router = Router()
  router.use(sameOrigin(config), cookieParser())
  router.use('/uploads', content.uploadContents)
  router.use(content.pictureContents, jsonBody())
  router.use('/auth', authRoutes(actions.auth, signedIn, config))
  router.use('/users', userRoutes(actions.users, signedIn))
  router.use('/chats', chatRoutes(actions.chats, signedIn))
  router.use('/messages', messageRoutes(actions.messages, signedIn))
  router.use('/groups', groupRoutes(actions.groups, signedIn))
  router.use('/invites', inviteRoutes(actions.groups.invites, signedIn))
  router.use('/contacts', contactRoutes(actions.contacts, signedIn))
  router.use('/blocks', blockRoutes(actions.blocks, signedIn))
  router.use('/reports', reportRoutes(actions.reports, signedIn))
  router.use('/uploads', content.uploads)
  router.use('/media', content.media)
  router.use('/pictures', content.pictures)
  router.use('/sync', syncRoutes(actions.sync, signedIn))
  router.use('/admin', adminRoutes(actions.admin, signedIn))
  router.use('/admin/broadcasts', broadcasts.admin)
  router.use('/broadcasts', broadcasts.recipients)
  router.use(notFound)
  return router
}
