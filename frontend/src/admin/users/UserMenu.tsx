import { t } from '@lingui/core/macro'
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
import { serverNow } from '../../lib/serverClock.ts'
import { errorText } from '../../connection/problem.model.ts'
import { useSession } from '../../accounts/session.store.ts'
import { useUserMenu } from '../../people/useUserMenu.tsx'
import { MenuItem } from '../../ui/Menu.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { download } from '../shared/download.action.ts'
import { isMuted, type Asking, type Changed } from './user.actions.ts'
import { isolate } from '../../lib/isolate.ts'

interface UserMenuProps {
  user: AdminUser
  onAsk: (asking: Asking) => void
  onChanged: Changed
}

/** Shows the actions that an admin has on a user. An action that takes something away asks first. */
export function UserMenu(props: UserMenuProps) {
  return useUserMenu(props.user, <Items {...props} />, 220).button
}

function Items({ user, onAsk, onChanged }: UserMenuProps) {
  const isSelf = useSession((state) => state.user?.id === user.id)
  const [now] = useState(serverNow)
  const ask = (action: Asking['action']) => () => onAsk({ action, user })
  const { id, fullName, role, state } = user

  async function undo(work: Promise<AdminUser>, done: string): Promise<void> {
    try {
      onChanged(await work, id)
      showToast(done)
    } catch (error) {
      const reason = errorText(error)
      showToast(t`Not changed. ${reason}`, 'error')
    }
  }

  if (state === 'deleted') {
    return (
      <MenuItem icon={Trash2} danger onSelect={ask('delete')}>
        {t`Delete their messages`}
      </MenuItem>
    )
  }
  return (
    <>
      <MenuItem icon={role === 'admin' ? ShieldMinus : ShieldCheck} onSelect={ask('role')}>
        {role === 'admin' ? t`Make a member` : t`Make an admin`}
      </MenuItem>
      {!isSelf &&
        (isMuted(user, now) ? (
          <MenuItem
            icon={MessageCircle}
            onSelect={() =>
              void undo(muteUser(id, { until: null }), t`${{ fullName: isolate(fullName) }} can write again.`)
            }
          >
            {t`Unmute`}
          </MenuItem>
        ) : (
          <MenuItem icon={MessageCircleOff} onSelect={ask('mute')}>
            {t`Mute for a time`}
          </MenuItem>
        ))}
      <MenuItem icon={LogOut} onSelect={ask('logout')}>
        {t`Sign out everywhere`}
      </MenuItem>
      <MenuItem icon={KeyRound} onSelect={ask('reset')}>
        {t`Link to a new password`}
      </MenuItem>
      <MenuItem icon={Download} onSelect={() => void download(exportUrl(id))}>
        {t`Export their data`}
      </MenuItem>
      {!isSelf && (
        <>
          {state === 'disabled' ? (
            <MenuItem
              icon={UserRoundCheck}
              onSelect={() => void undo(enableUser(id), t`${{ fullName: isolate(fullName) }} can sign in again.`)}
            >
              {t`Enable`}
            </MenuItem>
          ) : (
            <MenuItem icon={Ban} danger onSelect={ask('disable')}>
              {t`Disable`}
            </MenuItem>
          )}
          <MenuItem icon={Trash2} danger onSelect={ask('delete')}>
            {t`Delete`}
          </MenuItem>
        </>
      )}
    </>
  )
}
