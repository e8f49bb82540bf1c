import { Check, type LucideIcon } from 'lucide-react'
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
import { useOverlay } from './hooks/useOverlay.ts'
import { Icon } from './Icon.tsx'

interface MenuProps {
  /** Names the button and the menu. */
  label: string
  /** The content of the button. */
  face: ReactNode
  buttonClass: string
  /** Shown above the items, for example the user's name. */
  header?: ReactNode
  /** Classes that place the pop-up against the button, such as `top-full end-0 mt-1`. */
  placement: string
  /** MenuItem, MenuRadio, or groups of them. */
  children: ReactNode
}

/**
 * Shows a button with a menu. Arrow keys, Home and End move; Escape, Back and a press outside close it, and the focus returns to
 * the button.
 */
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
          className={`absolute z-20 min-w-[248px] animate-rise rounded-box p-1.5 ${placement}`}
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
  /** Places and sizes the box. */
  className: string
  box?: RefObject<HTMLDivElement | null>
  /** A press on this element does not close the menu. */
  owner?: RefObject<HTMLElement | null>
  /** Called for Escape, Back, Tab and a chosen item. The caller puts the focus back. */
  onClose: () => void
  /** Called for a press outside. The focus stays where the user put it. */
  onLeave: () => void
  children: ReactNode
}

/** Shows the menu itself, which has the focus while it is open. */
export function MenuPanel({
  id,
  label,
  header,
  className,
  box: given,
  owner,
  onClose,
  onLeave,
  children,
}: MenuPanelProps) {
  const made = useRef<HTMLDivElement>(null)
  const box = given ?? made
  useOverlay(onClose)

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
    <div
      ref={box}
      className={`bg-raised shadow-[var(--p-shadow-3),0_0_0_1px_var(--p-line)] outline-none [--ring:var(--p-raised)] ${className}`}
    >
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
  /** Red, for an action that ends or destroys something. */
  danger?: boolean
  /** Of one of several choices below each other: whether it holds. */
  checked?: boolean
  onSelect: () => void
}

/** Shows one action, or with `checked` one choice. The menu closes before the action runs. */
export function MenuItem({ icon, children, danger = false, checked, onSelect }: MenuItemProps) {
  const close = use(CloseMenu)
  return (
    <button
      type="button"
      role={checked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={checked}
      tabIndex={-1}
      className={`menu-item ${danger ? 'text-err-ink' : ''}`}
      onClick={() => {
        close()
        onSelect()
      }}
    >
      {icon && <Icon icon={icon} size={18} className={danger ? '' : 'text-muted'} />}
      {checked !== undefined && <Icon icon={Check} size={18} className={checked ? 'text-primary' : 'invisible'} />}
      {children}
    </button>
  )
}

/** Shows one of several choices side by side. The menu stays open. Group them in `<div role="group" aria-label className="segmented">`. */
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
