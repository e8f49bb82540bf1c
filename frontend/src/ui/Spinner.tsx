import { LoaderCircle } from 'lucide-react'
import { Icon, type IconSize } from './Icon.tsx'

/** Turns while something is under way. Silent; say in text what is awaited. */
export function Spinner({ size = 18 }: { size?: IconSize }) {
  return <Icon icon={LoaderCircle} size={size} className="spinner" />
}
