import { useCallback, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import type { Point } from './hooks/useContextMenu.ts'
import { MenuPanel } from './Menu.tsx'

interface ContextMenuProps {
  label: string
  /** px from the corner of the window: where it was asked for. */
  at: Point
  /** Such as whose menu it is; shown on phones, where the menu is far from what it belongs to. */
  header?: ReactNode
  onClose: () => void
  children: ReactNode
}

/** A menu where the pointer is, moved into the window; on phones a sheet at its foot. Mount it to open it. The focus returns to where it was. */
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
    // Through the CSSOM: a style attribute would be blocked by the page's policy.
    element.style.setProperty('--menu-x', `${Math.max(EDGE, Math.min(at.x, innerWidth - offsetWidth - EDGE))}px`)
    element.style.setProperty('--menu-y', `${Math.max(EDGE, Math.min(at.y, innerHeight - offsetHeight - EDGE))}px`)
  }, [at])

  return (
    <>
      <div className="menu-scrim" />
      <MenuPanel
        label={label}
        header={header && <div className="menu-sheet-header">{header}</div>}
        className="context-menu"
        box={box}
        onClose={close}
        onLeave={onClose}
      >
        {children}
      </MenuPanel>
    </>
  )
}

/** px kept free around the menu. */
const EDGE = 8
