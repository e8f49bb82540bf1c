import type { LucideIcon } from 'lucide-react'

export type IconSize = 12 | 14 | 16 | 18 | 20 | 22 | 28

interface IconProps {
  icon: LucideIcon
  /** px. 20 by itself; 22 rail, tabs, rooms; 18 buttons and nav; 16 small; 14 inline; 12 in chips; 28 hero. */
  size?: IconSize
  className?: string
}

/** A lucide icon with the stroke that belongs to its size. Hidden from assistive technology: the text beside it speaks. */
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
