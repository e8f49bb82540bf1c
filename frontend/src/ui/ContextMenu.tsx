import { useCallback, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import type { Point } from './hooks/useContextMenu.ts'
import { MenuPanel } from './Menu.tsx'

interface ContextMenuProps {
  label: string
  /** Where the menu was asked for: px from the top left corner of the window. */
  at: Point
  /** The menu's subject. Shown on phones only, where the menu is far from the element that opened it. */
  header?: ReactNode
  onClose: () => void
  children: ReactNode
}

/** Shows a menu at the pointer, moved into the window; on phones a sheet at the bottom. Mount it to open it. It gives the focus back when it closes. */
export function ContextMenu({ label, at, header, onClose, children }: ContextMenuProps) {
  const box = useRef<HTMLDivElement>(null)
  const [opener] = useState(() => document.activeElement)

  const close = useCallback(() => {
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    onClose()
  }, [opener, onClose])

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const { offsetWidth, offsetHeight } = element
    // Set by script: the page's content policy blocks style attributes.
    element.style.setProperty('--menu-x', `${Math.max(EDGE, Math.min(at.x, innerWidth - offsetWidth - EDGE))}px`)
    element.style.setProperty('--menu-y', `${Math.max(EDGE, Math.min(at.y, innerHeight - offsetHeight - EDGE))}px`)
  }, [at])

  return (
    <>
      <div className="fixed inset-0 z-30 max-md:bg-(--p-scrim)" />
      <MenuPanel
        label={label}
        header={header && <div className="px-2.5 pt-2 pb-2.5 md:hidden">{header}</div>}
        className="context-menu z-31 min-w-[200px] rounded-box p-1.5 md:animate-rise max-md:inset-x-0 max-md:bottom-0 max-md:animate-sheet max-md:rounded-t-2xl max-md:rounded-b-none max-md:px-2 max-md:pt-2 max-md:pb-[calc(12px+env(safe-area-inset-bottom))]"
        box={box}
        onClose={close}
        onLeave={onClose}
      >
        {children}
      </MenuPanel>
    </>
  )
}

/** Free space around the menu, px. */
const EDGE = 8
