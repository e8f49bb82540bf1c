import type { AdminUser } from 'backend/contract'
import {
  Ban,
  Download,
  KeyRound,
  LogOut,
  MessageCircleOff,
  MessageCircle,
  ShieldCheck,
  ShieldMinus,
  Trash2,
  UserRoundCheck,
} from 'lucide-react'
import { useState } from 'react'
import { enableUser, exportUrl, muteUser } from '../shared/admin.api.ts'
import { asProblem } from '../../connection/problem.model.ts'
import { useSession } from '../../accounts/session.store.ts'
import { usePersonMenu } from '../../people/usePersonMenu.tsx'
import { MenuItem } from '../../ui/Menu.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { download } from '../shared/download.action.ts'
import { isMuted, type Asking, type Changed } from './user.actions.ts'

interface UserMenuProps {
  person: AdminUser
  onAsk: (asking: Asking) => void
  onChanged: Changed
}

/** Shows the actions that an admin has on a user. An action that takes something away asks first. */
export function UserMenu(props: UserMenuProps) {
  return usePersonMenu(props.person, <Items {...props} />, 220).button
}

function Items({ person, onAsk, onChanged }: UserMenuProps) {
  const isSelf = useSession((state) => state.user?.id === person.id)
  const [now] = useState(Date.now)
  const ask = (action: Asking['action']) => () => onAsk({ action, person })
  const { id, fullName, role, state } = person

  async function undo(work: Promise<AdminUser>, done: string): Promise<void> {
    try {
      onChanged(await work, id)
      showToast(done)
    } catch (error) {
      showToast(`Not changed. ${asProblem(error).detail}`, 'error')
    }
  }

  if (state === 'deleted') {
    return (
      <MenuItem icon={Trash2} danger onSelect={ask('delete')}>
        Delete their messages
      </MenuItem>
    )
  }
  return (
    <>
      <MenuItem icon={role === 'admin' ? ShieldMinus : ShieldCheck} onSelect={ask('role')}>
        {role === 'admin' ? 'Make a member' : 'Make an admin'}
      </MenuItem>
      {!isSelf &&
        (isMuted(person, now) ? (
          <MenuItem icon={MessageCircle} onSelect={() => void undo(muteUser(id, null), `${fullName} can write again.`)}>
            Unmute
          </MenuItem>
        ) : (
          <MenuItem icon={MessageCircleOff} onSelect={ask('mute')}>
            Mute for a time
          </MenuItem>
        ))}
      <MenuItem icon={LogOut} onSelect={ask('logout')}>
        Sign out everywhere
      </MenuItem>
      <MenuItem icon={KeyRound} onSelect={ask('reset')}>
        Link to a new password
      </MenuItem>
      <MenuItem icon={Download} onSelect={() => void download(exportUrl(id))}>
        Export their data
      </MenuItem>
      {!isSelf && (
        <>
          {state === 'disabled' ? (
            <MenuItem
              icon={UserRoundCheck}
              onSelect={() => void undo(enableUser(id), `${fullName} can sign in again.`)}
            >
              Enable
            </MenuItem>
          ) : (
            <MenuItem icon={Ban} danger onSelect={ask('disable')}>
              Disable
            </MenuItem>
          )}
          <MenuItem icon={Trash2} danger onSelect={ask('delete')}>
            Delete
          </MenuItem>
        </>
      )}
    </>
  )
}
