import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, MouseEvent } from 'react'
import { Icon, type IconSize } from './Icon.tsx'
import { Spinner } from './Spinner.tsx'

interface ButtonProps extends ComponentProps<'button'> {
  /** `primary` filled petrol (one in a view), `quiet` outlined, `ghost` text only, `danger` filled red. */
  variant?: 'primary' | 'quiet' | 'ghost' | 'danger'
  /** `md` 40 px, `sm` 32 px; both 44 on phones. */
  size?: 'md' | 'sm'
  icon?: LucideIcon
  /** Shows a spinner and ignores further presses, but keeps the focus. */
  pending?: boolean
}

/** Shows a button. A pending one keeps the focus, shows that it works, and ignores presses. */
export function Button({
  variant = 'quiet',
  size = 'md',
  icon,
  pending = false,
  className = '',
  children,
  onClick,
  ...rest
}: ButtonProps) {
  function press(event: MouseEvent<HTMLButtonElement>): void {
    if (pending) event.preventDefault()
    else onClick?.(event)
  }
  return (
    <button
      type="button"
      {...rest}
      className={`btn ${LOOKS[variant]} ${size === 'sm' ? 'btn-sm' : ''} ${className}`}
      aria-busy={pending || undefined}
      onClick={press}
    >
      {pending ? <Spinner /> : icon && <Icon icon={icon} size={18} />}
      {children}
    </button>
  )
}

const LOOKS = { primary: 'btn-primary', quiet: 'btn-quiet', ghost: 'btn-ghost', danger: 'btn-error' } as const

interface IconButtonProps extends ComponentProps<'button'> {
  icon: LucideIcon
  /** The action: accessible name and tooltip. */
  label: string
  iconSize?: IconSize
}

/** Shows a button with an icon only: 36 px, 44 px on phones. */
export function IconButton({ icon, label, iconSize = 20, className = '', ...rest }: IconButtonProps) {
  return (
    <button type="button" title={label} {...rest} aria-label={label} className={`icon-button ${className}`}>
      <Icon icon={icon} size={iconSize} />
    </button>
  )
}
