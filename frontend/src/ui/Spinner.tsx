import { LoaderCircle } from 'lucide-react'
import { Icon, type IconSize } from './Icon.tsx'

/** Shows a turning circle. Hidden from screen readers: a text must say what the page waits for. */
export function Spinner({ size = 18 }: { size?: IconSize }) {
  return <Icon icon={LoaderCircle} size={size} className="animate-spin" />
}
