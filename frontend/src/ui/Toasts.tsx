import { t } from '@lingui/core/macro'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from './Button.tsx'
import { Icon } from './Icon.tsx'
import { dismissToast, useToasts, type Toast } from './toast.store.ts'
import { IsolatedText } from './IsolatedText.tsx'

/** Shows the toasts that `showToast` made. The page has it once. */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts)
  return (
    <div
      className="pointer-events-none fixed inset-x-4 bottom-[calc(76px+env(safe-area-inset-bottom))] z-40 grid justify-items-center gap-2"
      role="status"
      aria-live="polite"
    >
      {toasts.map((toast) => (
        <ToastNote key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

const SHOWN_MS = 6000

/** Shows one toast. Its timer stops while the pointer or the focus is on it, so that it can be read to the end. */
function ToastNote({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => dismissToast(toast.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [held, toast.id])

  return (
    <div
      className="pointer-events-auto flex min-h-11 max-w-[min(480px,100%)] animate-rise items-center gap-2.5 rounded-box bg-neutral ps-3.5 pe-1 text-ui font-medium text-neutral-content shadow-3"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon icon={toast.tone === 'error' ? CircleAlert : CircleCheck} size={18} />
      <span className="grow py-2">
        <IsolatedText text={toast.text} />
      </span>
      <IconButton
        icon={X}
        iconSize={16}
        label={t`Dismiss`}
        className="text-inherit"
        onClick={() => dismissToast(toast.id)}
      />
    </div>
  )
}
