import { t } from '@lingui/core/macro'
import type { User } from 'backend/contract'
import { Ban, CircleUserRound, Flag, Star, StarOff, UserRoundMinus, UserRoundPlus } from 'lucide-react'
import { useContact, useIsBlocked } from './contacts.store.ts'
import { MenuItem } from '../ui/Menu.tsx'
import { addContact, endBlock, removeContact, setFavourite } from './contact.actions.ts'
import { askToBlock, askToReport, showProfile } from './profileDialogs.store.ts'

interface UserItemsProps {
  user: User
  isSelf: boolean
  /** The profile is open already. */
  withoutProfile?: boolean
}

/** Shows the menu items for a person: profile, contact, report, block. */
export function UserItems({ user, isSelf, withoutProfile = false }: UserItemsProps) {
  const contact = useContact(user.id)
  const blocked = useIsBlocked(user.id)
  return (
    <>
      {!withoutProfile && (
        <MenuItem icon={CircleUserRound} onSelect={() => showProfile(user.id)}>
          {t`Profile`}
        </MenuItem>
      )}
      {!isSelf && (
        <>
          {contact ? (
            <>
              <MenuItem
                icon={contact.favourite ? StarOff : Star}
                onSelect={() => void setFavourite(user, !contact.favourite)}
              >
                {contact.favourite ? t`Remove from favourites` : t`Add to favourites`}
              </MenuItem>
              <MenuItem icon={UserRoundMinus} onSelect={() => void removeContact(user)}>
                {t`Remove from contacts`}
              </MenuItem>
            </>
          ) : (
            <MenuItem icon={UserRoundPlus} onSelect={() => void addContact(user)}>
              {t`Add to contacts`}
            </MenuItem>
          )}
          <MenuItem icon={Flag} onSelect={() => askToReport(user.id)}>
            {t`Report`}
          </MenuItem>
          {blocked ? (
            <MenuItem icon={Ban} onSelect={() => void endBlock(user)}>
              {t`Unblock`}
            </MenuItem>
          ) : (
            <MenuItem icon={Ban} danger onSelect={() => askToBlock(user.id)}>
              {t`Block`}
            </MenuItem>
          )}
        </>
      )}
    </>
  )
}
