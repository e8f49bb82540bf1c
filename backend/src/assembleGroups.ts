import type { MediaHouse } from './assembleMedia.ts'
import { createGroupController } from './groups/group.controller.ts'
import { createGroupService } from './groups/group.service.ts'
import { createGroupMemberController } from './groups/groupMember.controller.ts'
import { createGroupInviteController } from './groups/groupInvite.controller.ts'
import type { Delivery } from './lib/delivery.ts'
import type { CreateRateLimit } from './lib/rateLimit.ts'
import type { Turns } from './lib/keyedMutex.ts'
import { createEndedGroupRepository } from './groups/endedGroup.repository.ts'
import type { Models } from './models/index.ts'
import type { MessageLog } from './messageLog/messageLog.service.ts'

/** Each may be of a thousand people. */
const GROUPS_PER_HOUR = 60
const CHANGES_PER_MINUTE = 120
const JOINS_PER_MINUTE = 30

interface Deps {
  models: Models
  log: MessageLog
  delivery: Delivery
  media: MediaHouse
  createRateLimit: CreateRateLimit
  turns: Turns
}

/** Groups, their members and their invitations, put together: part of app.ts. */
export function assembleGroups({ models, log, delivery, media, createRateLimit, turns }: Deps) {
  const changeLimit = createRateLimit({ name: 'changes of groups', points: CHANGES_PER_MINUTE, seconds: 60 })
  const createLimit = createRateLimit({ name: 'new groups', points: GROUPS_PER_HOUR, seconds: 3600 })
  const joinLimit = createRateLimit({ name: 'invitations looked at', points: JOINS_PER_MINUTE, seconds: 60 })
  const groupService = createGroupService({ models, log, delivery, turns })
  const groups = createGroupController({ models, log, delivery, groupService, changeLimit, createLimit })
  const endedGroups = createEndedGroupRepository(models, media.attachments, media.pictures)
  return {
    groupService,
    endedGroups,
    groups,
    members: createGroupMemberController({ models, groupService, groups, changeLimit, endedGroups }),
    invites: createGroupInviteController({ models, groupService, groups, changeLimit, joinLimit }),
  }
}
