import type { Core, Feature } from '../core.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
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

/** A group may have a thousand members, and each gets an event. */
const GROUPS_PER_HOUR = 60
const CHANGES_PER_MINUTE = 120
const JOINS_PER_MINUTE = 30

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
  const changeLimit = createRateLimit({ name: 'group_changes', points: CHANGES_PER_MINUTE, seconds: 60 })
  const createLimit = createRateLimit({ name: 'new_groups', points: GROUPS_PER_HOUR, seconds: 3600 })
  const joinLimit = createRateLimit({ name: 'group_invite_views', points: JOINS_PER_MINUTE, seconds: 60 })
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
