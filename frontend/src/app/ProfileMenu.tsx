import { t } from '@lingui/core/macro'
import { LogOut, Settings } from 'lucide-react'
import { useNavigate } from 'react-router'
import { useSession } from '../accounts/session.store.ts'
import { usePresenceOf } from '../people/usePresenceOf.ts'
import { useTheme } from '../settings/theme.store.ts'
import { themeOptions } from '../settings/theme.options.ts'
import { Avatar } from '../people/Avatar.tsx'
import { Menu, MenuItem, MenuRadio } from '../ui/Menu.tsx'
import { useSignOut } from '../accounts/useSignOut.ts'

/** Shows the user's avatar at the bottom of the rail, with a menu: theme, settings, sign out. */
export function ProfileMenu() {
  const user = useSession((state) => state.user)
  const presence = usePresenceOf(user?.id)
  const { preference, setPreference } = useTheme()
  const { signOut } = useSignOut()
  const navigate = useNavigate()
  if (!user) return null

  return (
    <Menu
      label={t`Your profile`}
      placement="bottom-0 start-full ms-3"
      buttonClass="rail-link"
      face={<Avatar user={user} size={32} presence={presence} />}
      header={
        <div className="flex items-center gap-3 px-2.5 pt-2 pb-3">
          <Avatar user={user} size={40} presence={presence} />
          <div className="min-w-0">
            <bdi className="keep-edge block truncate font-semibold">{user.fullName}</bdi>
            <span className="block truncate text-cap text-muted">
              <bdi>@{user.username}</bdi>
            </span>
          </div>
        </div>
      }
    >
      <div role="group" aria-label={t`Theme`} className="segmented mx-1 mb-1.5">
        {themeOptions().map(({ value, label, icon }) => (
          <MenuRadio key={value} icon={icon} checked={preference === value} onSelect={() => setPreference(value)}>
            {label}
          </MenuRadio>
        ))}
      </div>
      <MenuItem icon={Settings} onSelect={() => void navigate('/settings')}>
        {t`Settings`}
      </MenuItem>
      <MenuItem icon={LogOut} danger onSelect={signOut}>
        {t`Sign out`}
      </MenuItem>
    </Menu>
  )
}
