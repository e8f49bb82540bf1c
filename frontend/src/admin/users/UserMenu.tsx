import type { AdminUser } from 'backend/contract'
import {
  Ban,
  Download,
  EllipsisVertical,
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
import type { Point } from '../../ui/hooks/useContextMenu.ts'
import { enableUser, exportUrl, muteUser } from '../shared/admin.api.ts'
import { asProblem } from '../../connection/problem.model.ts'
import { useSession } from '../../accounts/session.store.ts'
import { IconButton } from '../../ui/Button.tsx'
import { ContextMenu } from '../../ui/ContextMenu.tsx'
import { MenuItem } from '../../ui/Menu.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { download } from '../shared/download.action.ts'
import { isMuted, type Asking, type Changed } from './user.actions.ts'

interface UserMenuProps {
  person: AdminUser
  onAsk: (asking: Asking) => void
  onChanged: Changed
}

/** What an admin can do to a person. What takes something away asks first. */
export function UserMenu({ person, onAsk, onChanged }: UserMenuProps) {
  const [at, setAt] = useState<Point | null>(null)
  const label = `Actions: ${person.fullName}`
  return (
    <>
      <IconButton
        icon={EllipsisVertical}
        iconSize={18}
        label={label}
        aria-haspopup="menu"
        onClick={(event) => {
          const { right, bottom } = event.currentTarget.getBoundingClientRect()
          setAt({ x: right - 220, y: bottom + 4 })
        }}
      />
      {at && (
        <ContextMenu
          label={label}
          at={at}
          header={<bdi className="block truncate font-semibold">{person.fullName}</bdi>}
          onClose={() => setAt(null)}
        >
          <Items person={person} onAsk={onAsk} onChanged={onChanged} />
        </ContextMenu>
      )}
    </>
  )
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
