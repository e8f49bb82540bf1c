import type { Core, Feature } from '../core.ts'
import type { MessageLog } from '../messageLog/index.ts'
import { createConversationController } from './conversation.controller.ts'
import { conversationRoutes } from './conversation.routes.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'

export {
  audienceOf,
  audienceOfChange,
  conversationNotFound,
  memberIds,
  messageNotFound,
  type OwnConversation,
  participantsOf,
  requireConversation,
  requireMessage,
  userBlocked,
} from './conversationAccess.service.ts'
export { toConversationView, toConversationViews, toOwnReading } from './conversationView.service.ts'
export { openDirectConversation } from './directConversation.service.ts'
export { createGroupFinder, createGroupMemberRepository, type GroupMemberRepository } from './groupMember.repository.ts'
export { createMessageTargetFinder, type MessageTarget } from './messageTarget.service.ts'
export { receiptsIn, receiptsVisibleTo, usersHidingReceipts } from './receiptVisibility.service.ts'

/** Builds the list of a user's conversations. */
export function createConversations(core: Core, { log }: { log: MessageLog }): Feature {
  const { models, createRateLimit, authenticate } = core
  const openLimit = createRateLimit({ name: 'opened_conversations', ...RATE_LIMITS.opened_conversations })
  const conversations = createConversationController({ models, log, openLimit })
  return { mounts: [{ path: '/chats', router: conversationRoutes(conversations, authenticate) }] }
}
