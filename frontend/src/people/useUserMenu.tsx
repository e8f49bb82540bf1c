import { t } from '@lingui/core/macro'
import { EllipsisVertical } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useContextMenu, type Point } from '../ui/hooks/useContextMenu.ts'
import { IconButton } from '../ui/Button.tsx'
import { ContextMenu } from '../ui/ContextMenu.tsx'
import { UserLabel } from './UserLabel.tsx'
import { nameOfUser, type Named } from './userName.format.ts'

/**
 * Returns the menu of one user in a list. `handlers` open it by right click and long press, `button` by a press.
 * @param items the entries of the menu; without any there is no menu
 * @param width px, to align the menu with the end of its button
 */
export function useUserMenu(user: Named, items: ReactNode, width = 200) {
  const [at, setAt] = useState<Point | null>(null)
  const hasItems = items !== null
  const handlers = useContextMenu((point) => {
    if (hasItems) setAt(point)
  })
  const name = nameOfUser(user)
  const label = t`Actions: ${name}`
  const button = hasItems && (
    <>
      <IconButton
        icon={EllipsisVertical}
        iconSize={18}
        label={label}
        aria-haspopup="menu"
        onClick={(event) => {
          const { right, bottom } = event.currentTarget.getBoundingClientRect()
          setAt({ x: right - width, y: bottom + 4 })
        }}
      />
      {at && (
        <ContextMenu
          label={label}
          at={at}
          header={<UserLabel user={user} className="block truncate font-semibold" />}
          onClose={() => setAt(null)}
        >
          {items}
        </ContextMenu>
      )}
    </>
  )
  return { handlers, button }
}
