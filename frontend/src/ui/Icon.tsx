import type { LucideIcon } from 'lucide-react'

export type IconSize = 12 | 14 | 16 | 18 | 20 | 22 | 28

interface IconProps {
  icon: LucideIcon
  /** px. 12 in chips, 14 inline, 16 small, 18 in buttons, 20 alone, 22 in the navigation, 28 large. */
  size?: IconSize
  className?: string
}

/** Shows a Lucide icon with the stroke width for its size. Hidden from screen readers: the text beside it names it. */
export function Icon({ icon: Drawing, size = 20, className = '' }: IconProps) {
  return (
    <Drawing
      size={size}
      strokeWidth={STROKE[size]}
      className={`shrink-0 ${className}`}
      aria-hidden="true"
      focusable="false"
    />
  )
}

const STROKE: Record<IconSize, number> = { 12: 2.25, 14: 2, 16: 2, 18: 1.75, 20: 1.75, 22: 1.75, 28: 1.5 }
