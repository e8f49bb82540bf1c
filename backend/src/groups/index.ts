import type { Core, Feature } from '../core.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'
import type { MessageLog } from '../messageLog/index.ts'
import type { ModerationService } from '../moderation/index.ts'
import {
  createEndedGroupRepository,
  type EndedGroupRepository,
  type GroupPictures,
  type MessageFiles,
} from './endedGroup.repository.ts'
import { createGroupController, type GroupController } from './group.controller.ts'
import { groupRoutes, inviteRoutes } from './group.routes.ts'
import { createGroupService, type GroupService } from './group.service.ts'
import { createGroupInviteController } from './groupInvite.controller.ts'
import { createGroupMemberController } from './groupMember.controller.ts'

export type { EndedGroupRepository } from './endedGroup.repository.ts'
export type { GroupController } from './group.controller.ts'
export type { GroupService } from './group.service.ts'

export interface Groups extends Feature {
  service: GroupService
  controller: GroupController
  endedGroups: EndedGroupRepository
}

interface GroupsDeps {
  log: MessageLog
  /** Checks names and descriptions. */
  moderation: ModerationService
  attachments: MessageFiles
  pictures: GroupPictures
  /** Runs the changes of one group one after the other, on all nodes. */
  mutex: KeyedMutex
}

/** Builds groups, their members and their invite links. */
export function createGroups(core: Core, { log, moderation, attachments, pictures, mutex }: GroupsDeps): Groups {
  const { models, delivery, createRateLimit, authenticate } = core
  const changeLimit = createRateLimit({ name: 'group_changes', ...RATE_LIMITS.group_changes })
  const createLimit = createRateLimit({ name: 'new_groups', ...RATE_LIMITS.new_groups })
  const joinLimit = createRateLimit({ name: 'group_invite_views', ...RATE_LIMITS.group_invite_views })
  const service = createGroupService({ models, log, delivery, mutex: mutex })
  const groups = createGroupController({
    models,
    log,
    delivery,
    moderation,
    groupService: service,
    changeLimit,
    createLimit,
  })
  const endedGroups = createEndedGroupRepository(models, attachments, pictures)
  const members = createGroupMemberController({ models, groupService: service, groups, changeLimit, endedGroups })
  const invites = createGroupInviteController({ models, groupService: service, groups, changeLimit, joinLimit })
  return {
    service,
    controller: groups,
    endedGroups,
    mounts: [
      { path: '/groups', router: groupRoutes({ groups, members, invites }, authenticate) },
      { path: '/invites', router: inviteRoutes(invites, authenticate) },
    ],
  }
}
