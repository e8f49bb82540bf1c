import type { User } from 'backend/contract'
import { EllipsisVertical } from 'lucide-react'
import { useState } from 'react'
import { useContextMenu, type Point } from '../ui/hooks/useContextMenu.ts'
import { IconButton } from '../ui/Button.tsx'
import { ContextMenu } from '../ui/ContextMenu.tsx'
import { PersonItems } from './PersonItems.tsx'

/** What can be done with a person of a list: by its button, by right click and long press. */
export function usePersonMenu(person: User) {
  const [at, setAt] = useState<Point | null>(null)
  const menu = useContextMenu(setAt)
  const label = `Actions: ${person.fullName}`
  return {
    menu,
    rest: (
      <>
        <IconButton
          icon={EllipsisVertical}
          iconSize={18}
          label={label}
          aria-haspopup="menu"
          onClick={(event) => {
            const { right, bottom } = event.currentTarget.getBoundingClientRect()
            setAt({ x: right - 200, y: bottom + 4 })
          }}
        />
        {at && (
          <ContextMenu
            label={label}
            at={at}
            header={<bdi className="block truncate font-semibold">{person.fullName}</bdi>}
            onClose={() => setAt(null)}
          >
            <PersonItems person={person} isSelf={false} />
          </ContextMenu>
        )}
      </>
    ),
  }
}
