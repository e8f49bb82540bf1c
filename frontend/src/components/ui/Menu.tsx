import type { LucideIcon } from 'lucide-react'
import { createContext, use, useCallback, useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Icon } from './Icon.tsx'

interface MenuProps {
  /** Of the button and of the menu. */
  label: string
  /** What the button shows. */
  face: ReactNode
  buttonClass: string
  /** Above the items, such as whose menu it is. */
  header?: ReactNode
  /** Classes that place the pop-up against the button, such as `top-full end-0 mt-1`. */
  placement: string
  /** MenuItem, MenuRadio, or groups of them. */
  children: ReactNode
}

/** A button with a menu: arrow keys, Home and End move, Escape and a press elsewhere close, the focus returns to the button. */
export function Menu({ label, face, buttonClass, header, placement, children }: MenuProps) {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const id = useId()

  const close = useCallback(() => {
    setOpen(false)
    button.current?.focus()
  }, [])

  useEffect(() => {
    if (!open) return
    itemsOf(box.current)[0]?.focus()
    const pressed = (event: PointerEvent) => {
      const inside = event.target instanceof Node && (box.current?.contains(event.target) || button.current?.contains(event.target))
      if (!inside) setOpen(false)
    }
    document.addEventListener('pointerdown', pressed)
    return () => document.removeEventListener('pointerdown', pressed)
  }, [open])

  function move(event: KeyboardEvent): void {
    if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.preventDefault()
      close()
      return
    }
    const items = itemsOf(box.current)
    const at = items.findIndex((item) => item === document.activeElement)
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 }
    const next = steps[event.key]
    if (next === undefined) return
    event.preventDefault()
    items.at(next % items.length)?.focus()
  }

  return (
    <div className="relative">
      <button
        ref={button}
        type="button"
        className={buttonClass}
        title={label}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      {open && (
        <div ref={box} className={`popup-menu ${placement}`}>
          {header}
          <div id={id} role="menu" tabIndex={-1} aria-label={label} onKeyDown={move}>
            <CloseMenu value={close}>{children}</CloseMenu>
          </div>
        </div>
      )}
    </div>
  )
}

const CloseMenu = createContext<() => void>(() => {})

const itemsOf = (box: HTMLElement | null): HTMLElement[] => [...(box?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])]

interface MenuItemProps {
  icon?: LucideIcon
  children: ReactNode
  /** Red: for what ends or destroys something. */
  danger?: boolean
  onSelect: () => void
}

/** One action; the menu closes before it runs. */
export function MenuItem({ icon, children, danger = false, onSelect }: MenuItemProps) {
  const close = use(CloseMenu)
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={`menu-item ${danger ? 'text-err-ink' : ''}`}
      onClick={() => {
        close()
        onSelect()
      }}
    >
      {icon && <Icon icon={icon} size={18} className={danger ? '' : 'text-muted'} />}
      {children}
    </button>
  )
}

/** One of several choices side by side; the menu stays open. Group them in `<div role="group" aria-label className="segmented">`. */
export function MenuRadio({ checked, icon, children, onSelect }: { checked: boolean; icon?: LucideIcon; children: ReactNode; onSelect: () => void }) {
  return (
    <button type="button" role="menuitemradio" aria-checked={checked} tabIndex={-1} className="segment" onClick={onSelect}>
      {icon && <Icon icon={icon} size={16} />}
      {children}
    </button>
  )
}
