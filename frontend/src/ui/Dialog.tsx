import { t } from '@lingui/core/macro'
import { X } from 'lucide-react'
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
} from 'react'
import type { Problem } from 'backend/contract'
import { problemText } from '../lib/problemText.ts'
import { useOverlay } from './hooks/useOverlay.ts'
import { Button, IconButton } from './Button.tsx'
import { Refusal } from './Refusal.tsx'
import { IsolatedText } from './IsolatedText.tsx'

interface DialogProps {
  open: boolean
  /** Called for Escape, Back, a press outside the dialog, and its close button; with `unsaved` only after a question. */
  onClose: () => void
  /** Whether the user typed a text that is not saved. The dialog then asks before it closes. */
  unsaved?: boolean
  /** Called before `onClose` when the user gives up the unsaved text. */
  onDiscard?: () => void
  /** Names in it are marked by `isolate`. */
  title: string
  /**
   * `small`: 400 px wide. `wide`: 480 px. `screen`: 480 px with a list; on phones a sheet of one height, so that the keyboard
   * does not cover its field. `facts`: as `screen`, but on phones only as high as its content. `side`: 328 px at the end of the
   * window, a sheet on phones.
   */
  size?: 'small' | 'wide' | 'screen' | 'facts' | 'side'
  /** Shown in the header before the close button. `small` and `wide` have none. */
  actions?: ReactNode
  children: ReactNode
}

/**
 * Shows a modal `<dialog>`: the page behind it is inert, Escape and Back close it, and the focus returns to the element that had it.
 * The children are mounted only while it is open, so their state starts anew each time. `data-autofocus` marks the element
 * that gets the focus first. `small` and `wide` pad their children; the other sizes do not.
 */
export function Dialog({ open, ...props }: DialogProps) {
  return open ? <OpenDialog {...props} /> : null
}

function OpenDialog({
  onClose,
  unsaved = false,
  onDiscard,
  title,
  size = 'small',
  actions,
  children,
}: Omit<DialogProps, 'open'>) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  const [asking, setAsking] = useState(false)

  const close = useCallback(() => {
    if (unsaved) setAsking(true)
    else onClose()
  }, [unsaved, onClose])
  useOverlay(close)

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
      close()
    }
    // A browser may close a dialog itself after two Escapes. Then the owner's state follows, or the dialog opens again and asks.
    const closed = () => {
      if (element.open) return
      if (unsaved) element.showModal()
      close()
    }
    const pressed = (event: MouseEvent) => {
      if (event.target === element && isBeside(element, event)) close()
    }
    element.addEventListener('cancel', cancelled, { signal })
    element.addEventListener('close', closed, { signal })
    element.addEventListener('mousedown', pressed, { signal })
    return () => listening.abort()
  }, [unsaved, close])

  return (
    <dialog ref={dialog} className={`${BOX} ${SIZES[size]}`} aria-labelledby={titleId}>
      {size === 'screen' || size === 'facts' || size === 'side' ? (
        <>
          <header className="pane-header">
            <h2 id={titleId} className="pane-title">
              <IsolatedText text={title} />
            </h2>
            {actions}
            <IconButton icon={X} label={t`Close`} onClick={close} />
          </header>
          <DialogClose value={close}>{children}</DialogClose>
        </>
      ) : (
        <div className="overflow-y-auto p-5">
          <h2 id={titleId} className="text-title font-[650] tracking-[-0.01em]">
            <IsolatedText text={title} />
          </h2>
          <DialogClose value={close}>{children}</DialogClose>
        </div>
      )}
      <DiscardQuestion
        open={asking}
        onDiscard={() => {
          setAsking(false)
          onDiscard?.()
          onClose()
        }}
        onClose={() => setAsking(false)}
      />
    </dialog>
  )
}

/** Closes the dialog around a component, after the question when a text is unsaved. */
const DialogClose = createContext<() => void>(() => {})

/** Shows the button that closes the dialog around it without saving. The dialog asks first when a text is unsaved. */
export function CancelButton({ label = t`Cancel` }: { label?: string }) {
  return (
    <Button variant="ghost" size="sm" onClick={use(DialogClose)}>
      {label}
    </Button>
  )
}

const BOX =
  'fixed overflow-hidden text-base-content shadow-3 outline-none backdrop:bg-(--p-scrim) open:flex open:flex-col opacity-0 open:opacity-100 starting:open:opacity-0 transition-[opacity,translate,overlay,display] transition-discrete duration-160 ease-out'

/** In the middle of the window, where it rises by 4 px. */
const RAISED =
  'inset-0 m-auto bg-raised [--ring:var(--p-raised)] translate-y-1 open:translate-y-0 starting:open:translate-y-1'
const SMALL = `${RAISED} h-fit max-h-[min(640px,calc(100dvh-48px))] rounded-[14px]`

/** As a sheet on phones: at the foot of the screen, with a handle, and with 60 px of the page above it. */
const SHEET =
  'max-md:w-full max-md:max-w-none max-md:rounded-t-2xl max-md:pb-[env(safe-area-inset-bottom)] max-md:before:mx-auto max-md:before:mt-2 max-md:before:-mb-1 max-md:before:h-1 max-md:before:w-9 max-md:before:flex-none max-md:before:rounded-full max-md:before:bg-line-strong'

/** As high as its content. On larger screens it hangs from the top, so that a list that grows does not move its field. */
const LIST = `${RAISED} ${SHEET} md:mt-[88px] md:h-fit md:max-h-[min(640px,calc(100dvh-136px))] md:w-[480px] md:rounded-[14px] max-md:mb-0 max-md:max-h-[calc(100dvh-60px)]`

/**
 * At the end of the window; on phones a sheet with a handle that leaves 60 px above it. It does not move, because a moved
 * dialog, not the window, would be what its menus are placed in.
 */
const SIDE = `${SHEET} inset-y-0 start-auto end-0 m-0 bg-base-100 w-[328px] max-w-none h-dvh max-h-none max-md:top-[60px] max-md:start-0 max-md:h-auto`

const SIZES = {
  small: `${SMALL} w-[min(400px,calc(100%-32px))]`,
  wide: `${SMALL} w-[min(480px,calc(100%-32px))]`,
  screen: `${LIST} md:min-h-[320px] max-md:h-[calc(100dvh-60px)]`,
  facts: `${LIST} max-md:h-fit`,
  side: SIDE,
} as const

/** Returns whether a press hit the backdrop. It belongs to the dialog element, so only the position tells. */
function isBeside(element: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect()
  return clientX < left || clientX > right || clientY < top || clientY > bottom
}

interface DiscardQuestionProps {
  open: boolean
  onDiscard: () => void
  /** Called when the user wants to keep the text. */
  onClose: () => void
}

/** Asks before a typed text is given up. */
export function DiscardQuestion({ open, onDiscard, onClose }: DiscardQuestionProps) {
  return (
    <ConfirmDialog
      open={open}
      title={t`Discard what you typed?`}
      confirmLabel={t`Discard`}
      cancelLabel={t`Keep writing`}
      danger
      onConfirm={onDiscard}
      onClose={onClose}
    >
      {t`It is not saved yet.`}
    </ConfirmDialog>
  )
}

interface ConfirmDialogProps {
  open: boolean
  title: string
  /** One sentence that says what will happen. */
  children: ReactNode
  confirmLabel: string
  cancelLabel?: string
  /** Red button, for an action that destroys something. */
  danger?: boolean
  pending?: boolean
  /** Why the last attempt failed. Shown above the buttons. */
  problem?: Problem | null
  onConfirm: () => void
  onClose: () => void
}

/** Asks for confirmation before an action that cannot be undone. The safe choice comes first and has the focus. */
export function ConfirmDialog({
  open,
  title,
  children,
  confirmLabel,
  cancelLabel = t`Cancel`,
  danger = false,
  pending = false,
  problem,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  return (
    <Dialog open={open} onClose={pending ? stay : onClose} title={title}>
      <div className="mt-1 text-ui text-muted">{children}</div>
      <Refusal className="mt-3">{problem && problemText(problem)}</Refusal>
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
