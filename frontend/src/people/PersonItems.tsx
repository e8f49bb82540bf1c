import type { User } from 'backend/contract'
import { Ban, CircleUserRound, Flag, Star, StarOff, UserRoundMinus, UserRoundPlus } from 'lucide-react'
import { useContact, useIsBlocked } from './contacts.store.ts'
import { MenuItem } from '../ui/Menu.tsx'
import { addContact, endBlock, removeContact, setFavourite } from './contact.actions.ts'
import { askToBlock, askToReport, showProfile } from './profileDialogs.store.ts'

interface PersonItemsProps {
  person: User
  isSelf: boolean
  /** It is looked at already. */
  withoutProfile?: boolean
}

/** In a menu: what can be done with a person. */
export function PersonItems({ person, isSelf, withoutProfile = false }: PersonItemsProps) {
  const contact = useContact(person.id)
  const blocked = useIsBlocked(person.id)
  return (
    <>
      {!withoutProfile && (
        <MenuItem icon={CircleUserRound} onSelect={() => showProfile(person.id)}>
          Profile
        </MenuItem>
      )}
      {!isSelf && (
        <>
          {contact ? (
            <>
              <MenuItem
                icon={contact.favourite ? StarOff : Star}
                onSelect={() => void setFavourite(person, !contact.favourite)}
              >
                {contact.favourite ? 'Remove from favourites' : 'Add to favourites'}
              </MenuItem>
              <MenuItem icon={UserRoundMinus} onSelect={() => void removeContact(person)}>
                Remove from contacts
              </MenuItem>
            </>
          ) : (
            <MenuItem icon={UserRoundPlus} onSelect={() => void addContact(person)}>
              Add to contacts
            </MenuItem>
          )}
          <MenuItem icon={Flag} onSelect={() => askToReport(person.id)}>
            Report
          </MenuItem>
          {blocked ? (
            <MenuItem icon={Ban} onSelect={() => void endBlock(person)}>
              Unblock
            </MenuItem>
          ) : (
            <MenuItem icon={Ban} danger onSelect={() => askToBlock(person.id)}>
              Block
            </MenuItem>
          )}
        </>
      )}
    </>
  )
}
