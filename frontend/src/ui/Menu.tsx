import type { LucideIcon } from 'lucide-react'
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react'
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
  const id = useId()

  const close = useCallback(() => {
    setOpen(false)
    button.current?.focus()
  }, [])
  const leave = useCallback(() => setOpen(false), [])

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
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      {open && (
        <MenuPanel
          id={id}
          label={label}
          header={header}
          className={placement}
          owner={button}
          onClose={close}
          onLeave={leave}
        >
          {children}
        </MenuPanel>
      )}
    </div>
  )
}

interface MenuPanelProps {
  id?: string
  label: string
  header?: ReactNode
  className?: string
  box?: RefObject<HTMLDivElement | null>
  /** A press on it is no press elsewhere. */
  owner?: RefObject<HTMLElement | null>
  /** Escape, Tab, or an item was chosen: the focus goes back to where it came from. */
  onClose: () => void
  /** Somebody pressed elsewhere: the focus is theirs. */
  onLeave: () => void
  children: ReactNode
}

/** The menu itself, which has the focus as long as it is there. */
export function MenuPanel({
  id,
  label,
  header,
  className = '',
  box: given,
  owner,
  onClose,
  onLeave,
  children,
}: MenuPanelProps) {
  const made = useRef<HTMLDivElement>(null)
  const box = given ?? made

  useEffect(() => itemsOf(box.current)[0]?.focus({ preventScroll: true }), [box])

  useEffect(() => {
    const pressed = (event: PointerEvent) => {
      const inside =
        event.target instanceof Node && (box.current?.contains(event.target) || owner?.current?.contains(event.target))
      if (!inside) onLeave()
    }
    document.addEventListener('pointerdown', pressed)
    return () => document.removeEventListener('pointerdown', pressed)
  }, [box, owner, onLeave])

  function move(event: KeyboardEvent): void {
    if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.preventDefault()
      onClose()
      return
    }
    const items = itemsOf(box.current)
    const at = items.findIndex((item) => item === document.activeElement)
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowRight: at + 1,
      ArrowUp: at - 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: -1,
    }
    const next = steps[event.key]
    if (next === undefined) return
    event.preventDefault()
    items.at(next % items.length)?.focus()
  }

  return (
    <div ref={box} className={`popup-menu ${className}`}>
      {header}
      <div id={id} role="menu" tabIndex={-1} aria-label={label} onKeyDown={move}>
        <CloseMenu value={onClose}>{children}</CloseMenu>
      </div>
    </div>
  )
}

const CloseMenu = createContext<() => void>(() => {})

const itemsOf = (box: HTMLElement | null): HTMLElement[] => [
  ...(box?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? []),
]

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
export function MenuRadio({
  checked,
  icon,
  children,
  onSelect,
}: {
  checked: boolean
  icon?: LucideIcon
  children: ReactNode
  onSelect: () => void
}) {
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={checked}
      tabIndex={-1}
      className="segment"
      onClick={onSelect}
    >
      {icon && <Icon icon={icon} size={16} />}
      {children}
    </button>
  )
}
