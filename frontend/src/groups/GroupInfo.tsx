import type { Conversation, Group } from 'backend/contract'
import { Link2, LogOut, Pencil, UserRoundPlus, Users, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import { RoomAvatar } from '../people/Avatar.tsx'
import { Icon } from '../ui/Icon.tsx'
import { AddPeopleDialog } from './AddPeopleDialog.tsx'
import { EditGroupDialog } from './EditGroupDialog.tsx'
import { GroupInviteDialog } from './GroupInviteDialog.tsx'
import { LeaveGroupDialog } from './LeaveGroupDialog.tsx'
import { MemberList } from './MemberList.tsx'

interface GroupInfoProps {
  conversation: Conversation
  group: Group
}

/** Picture, name, description and members of a group, and what one may do with it. */
export function GroupInfo({ conversation, group }: GroupInfoProps) {
  const [dialog, setDialog] = useState<'edit' | 'add' | 'invite' | 'leave' | null>(null)
  const runs = group.role !== 'member'
  const props = { conversationId: conversation.id, group, onClose: () => setDialog(null) }
  return (
    // Scrolls by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll-pane pb-5" tabIndex={0} role="region" aria-label="About the group">
      <div className="flex flex-col items-center px-4 pt-1 text-center">
        <RoomAvatar icon={Users} id={conversation.id} picture={group.picture} size={72} />
        <h3 className="mt-3 text-title font-[650] wrap-anywhere">
          <bdi>{group.name}</bdi>
        </h3>
        {group.description !== '' && (
          <p dir="auto" className="own-words mt-0.5 text-ui text-muted">
            {group.description}
          </p>
        )}
        <p className="mt-1 text-cap text-muted">
          {group.history === 'all' ? 'New members see all messages.' : 'New members see messages from when they join.'}
        </p>
      </div>
      {runs && (
        <div className="info-actions mt-4 px-4">
          <Action icon={Pencil} label="Edit" onPress={() => setDialog('edit')} />
          <Action icon={Link2} label="Invite link" onPress={() => setDialog('invite')} />
          <Action icon={UserRoundPlus} label="Add" onPress={() => setDialog('add')} />
        </div>
      )}
      <div className="mt-4">
        <MemberList conversation={conversation} group={group} />
      </div>
      <div className="mt-3 px-2">
        <button type="button" className="menu-item text-err-ink" onClick={() => setDialog('leave')}>
          <Icon icon={LogOut} size={18} className="rtl:-scale-x-100" />
          Leave group
        </button>
      </div>
      {dialog === 'edit' && <EditGroupDialog {...props} />}
      {dialog === 'add' && <AddPeopleDialog {...props} />}
      {dialog === 'invite' && <GroupInviteDialog {...props} />}
      {dialog === 'leave' && <LeaveGroupDialog {...props} />}
    </div>
  )
}

function Action({ icon, label, onPress }: { icon: LucideIcon; label: string; onPress: () => void }) {
  return (
    <button type="button" className="info-action" onClick={onPress}>
      <Icon icon={icon} size={18} />
      {label}
    </button>
  )
}
