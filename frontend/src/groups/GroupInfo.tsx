import { t } from '@lingui/core/macro'
import type { Conversation, Group } from 'backend/contract'
import { Link2, LogOut, Pencil, UserRoundPlus, Users, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import { RoomAvatar } from '../people/Avatar.tsx'
import { Folded } from '../ui/Folded.tsx'
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

/** Shows a group's picture, name, description and members, and the user's actions. */
export function GroupInfo({ conversation, group }: GroupInfoProps) {
  const [dialog, setDialog] = useState<'edit' | 'add' | 'invite' | 'leave' | null>(null)
  const runs = group.role !== 'member'
  const props = { conversationId: conversation.id, group, onClose: () => setDialog(null) }
  return (
    // The tab index lets the keyboard scroll it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll-pane pb-5" tabIndex={0} role="region" aria-label={t`About the group`}>
      <div className="flex flex-col items-center px-4 pt-1 text-center">
        <RoomAvatar icon={Users} name={group.name} id={conversation.id} picture={group.picture} size={72} />
        <h3 className="mt-3 text-title font-[650] wrap-anywhere">
          <bdi>{group.name}</bdi>
        </h3>
        {group.description !== '' && (
          <Folded text={group.description}>
            <p dir="auto" className="keep-edge mt-0.5 whitespace-pre-wrap wrap-anywhere text-ui text-muted">
              {group.description}
            </p>
          </Folded>
        )}
        <p className="mt-1 text-cap text-muted">
          {group.history === 'all'
            ? t`New members see all messages.`
            : t`New members see messages from when they join.`}
        </p>
      </div>
      {runs && (
        <div className="mt-4 grid auto-cols-fr grid-flow-col gap-2 px-4">
          <Action icon={Pencil} label={t`Edit`} onPress={() => setDialog('edit')} />
          <Action icon={Link2} label={t`Invite link`} onPress={() => setDialog('invite')} />
          <Action icon={UserRoundPlus} label={t`Add`} onPress={() => setDialog('add')} />
        </div>
      )}
      <div className="mt-4">
        <MemberList conversation={conversation} group={group} />
      </div>
      <div className="mt-3 px-2">
        <button type="button" className="menu-item text-err-ink" onClick={() => setDialog('leave')}>
          <Icon icon={LogOut} size={18} className="rtl:-scale-x-100" />
          {t`Leave group`}
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
    <button
      type="button"
      className="flex min-h-14 flex-col items-center justify-center gap-1 rounded-field bg-base-200 px-1 py-2 text-center text-sec font-semibold hover:bg-base-300"
      onClick={onPress}
    >
      <Icon icon={icon} size={18} />
      {label}
    </button>
  )
}
