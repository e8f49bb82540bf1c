import { X } from 'lucide-react'
import { useEffect, useId, useLayoutEffect, useRef, type ReactNode } from 'react'
import type { Problem } from 'backend/contract'
import { Button, IconButton } from './Button.tsx'
import { Refusal } from './Refusal.tsx'

interface DialogProps {
  open: boolean
  /** Asked for by Escape, by a press beside the dialog, or by its close button. */
  onClose: () => void
  title: string
  /**
   * `small` 400 px, `wide` 480 px, `screen` 480 px with a list, filling the whole screen of a phone, `facts` too, but elsewhere
   * no higher than need be, `side` 328 px at the end of the
   * window, on phones a sheet.
   */
  size?: 'small' | 'wide' | 'screen' | 'facts' | 'side'
  /** In the header, before the close button; not of `small` and `wide`. */
  actions?: ReactNode
  children: ReactNode
}

/**
 * A modal `<dialog>`: the rest is inert, Escape closes, the focus returns to where it was. What lies inside is mounted only while open,
 * so it begins afresh each time. Put `data-autofocus` on what shall have the focus first.
 * Inside `small` and `wide` the children are padded; the others lay out their own.
 */
export function Dialog({ open, ...props }: DialogProps) {
  return open ? <OpenDialog {...props} /> : null
}

function OpenDialog({ onClose, title, size = 'small', actions, children }: Omit<DialogProps, 'open'>) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  useLayoutEffect(() => {
    const element = dialog.current
    const opener = document.activeElement
    if (!element) return
    element.showModal()
    element.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return () => {
      element.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])

  useEffect(() => {
    const element = dialog.current
    if (!element) return
    const listening = new AbortController()
    const { signal } = listening
    const cancelled = (event: Event) => {
      event.preventDefault()
      onClose()
    }
    // A browser may close a dialog by itself after two Escapes; the state outside must learn of it.
    const closed = () => {
      if (!element.open) onClose()
    }
    const pressed = (event: MouseEvent) => {
      if (event.target === element && isBeside(element, event)) onClose()
    }
    element.addEventListener('cancel', cancelled, { signal })
    element.addEventListener('close', closed, { signal })
    element.addEventListener('mousedown', pressed, { signal })
    return () => listening.abort()
  }, [onClose])

  return (
    <dialog ref={dialog} className={`dialog ${SIZES[size]}`} aria-labelledby={titleId}>
      {size === 'screen' || size === 'facts' || size === 'side' ? (
        <>
          <header className="pane-header">
            <h2 id={titleId} className="pane-title">
              {title}
            </h2>
            {actions}
            <IconButton icon={X} label="Close" onClick={onClose} />
          </header>
          {children}
        </>
      ) : (
        <div className="overflow-y-auto p-5">
          <h2 id={titleId} className="text-title font-[650] tracking-[-0.01em]">
            {title}
          </h2>
          {children}
        </div>
      )}
    </dialog>
  )
}

const SIZES = {
  small: '',
  wide: 'dialog-wide',
  screen: 'dialog-screen',
  facts: 'dialog-screen dialog-facts',
  side: 'dialog-side',
} as const

/** The backdrop belongs to the dialog element; only the place of the press tells it from the dialog's own ground. */
function isBeside(element: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect()
  return clientX < left || clientX > right || clientY < top || clientY > bottom
}

interface ConfirmDialogProps {
  open: boolean
  title: string
  /** What will happen, in a sentence. */
  children: ReactNode
  confirmLabel: string
  cancelLabel?: string
  /** Red: for what destroys. */
  danger?: boolean
  pending?: boolean
  /** Why the last attempt failed; shown above the buttons. */
  problem?: Problem | null
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something that cannot be taken back. The safe choice comes first and has the focus. */
export function ConfirmDialog({
  open,
  title,
  children,
  confirmLabel,
  cancelLabel = 'Cancel',
  danger = false,
  pending = false,
  problem,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  return (
    <Dialog open={open} onClose={pending ? stay : onClose} title={title}>
      <div className="mt-1 text-ui text-muted">{children}</div>
      <Refusal className="mt-3">{problem?.detail}</Refusal>
      <div className="mt-5 flex justify-end gap-2">
        <Button variant="ghost" size="sm" onClick={pending ? stay : onClose} data-autofocus>
          {cancelLabel}
        </Button>
        <Button variant={danger ? 'danger' : 'primary'} size="sm" pending={pending} onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </div>
    </Dialog>
  )
}

const stay = (): void => {}
