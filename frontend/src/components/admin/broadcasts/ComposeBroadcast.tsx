import type { OwnUser, Problem } from 'backend/contract'
import { ChevronLeft, Megaphone } from 'lucide-react'
import { useRef, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useBroadcastDraft } from '../../../hooks/useBroadcastDraft.ts'
import { asProblem } from '../../../lib/problem.ts'
import { useAuth } from '../../../store/auth.store.ts'
import { useMessages } from '../../../store/messages.store.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/Dialog.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { showToast } from '../../ui/toasts.ts'
import { BroadcastForm } from './BroadcastForm.tsx'
import { checkBroadcast, errorsOf, type BroadcastErrors } from './checkBroadcast.ts'
import { NoticePreview, type PreviewDevice } from './NoticePreview.tsx'

/** Where an admin writes to everybody. */
export function ComposeBroadcast() {
  const user = useAuth((state) => state.user)
  return user && <Compose user={user} />
}

/** Writes a broadcast and sends it to everybody, after a question. */
function Compose({ user }: { user: OwnUser }) {
  const navigate = useNavigate()
  const { draft, change, renew, clear } = useBroadcastDraft(user.id)
  const [device, setDevice] = useState<PreviewDevice>('phone')
  const [errors, setErrors] = useState<BroadcastErrors>({})
  const [asking, setAsking] = useState<'send' | 'discard' | null>(null)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const titleField = useRef<HTMLInputElement>(null)
  const textField = useRef<HTMLTextAreaElement>(null)
  const isBlank = draft.title.trim() === '' && draft.text.trim() === ''

  function review(): void {
    const found = checkBroadcast(draft)
    show(found)
    setProblem(null)
    if (!found.title && !found.text) setAsking('send')
  }

  function show(found: BroadcastErrors): void {
    setErrors(found)
    if (found.title) titleField.current?.focus()
    else if (found.text) textField.current?.focus()
  }

  async function send(): Promise<void> {
    setPending(true)
    setProblem(null)
    const title = draft.title.trim()
    const text = draft.text.trim()
    try {
      const sent = await useMessages.getState().broadcast({ text, ...(title !== '' && { title }), clientMessageId: draft.clientMessageId })
      setAsking(null)
      if (sent.text === text && (sent.title ?? '') === title) leave('Sent to everybody.')
      else keepChange()
    } catch (error) {
      refuse(asProblem(error))
    } finally {
      setPending(false)
    }
  }

  function refuse(refusal: Problem): void {
    const found = errorsOf(refusal)
    if (found.title ?? found.text) {
      setAsking(null)
      show(found)
    } else {
      setProblem(refusal)
    }
  }

  /** An earlier attempt had arrived, only its answer was lost; then the words were changed. Everybody has the former ones. */
  function keepChange(): void {
    renew()
    setErrors({ text: 'An earlier version was already sent to everybody. Send this one again if they need it too.' })
  }

  function leave(done?: string): void {
    clear()
    if (done) showToast(done)
    void navigate('/admin/broadcasts')
  }

  const discard = (): void => (isBlank ? leave() : setAsking('discard'))

  return (
    <>
      <header className="pane-header pane-header-line">
        <Link to="/admin/broadcasts" className="icon-button md:-ms-2" aria-label="Back to broadcasts">
          <Icon icon={ChevronLeft} className="rtl:-scale-x-100" />
        </Link>
        <div className="min-w-0 grow">
          <h1 className="truncate text-title font-[650] tracking-[-0.01em]">New broadcast</h1>
          <p className="truncate text-cap text-muted">{isBlank ? 'To everybody' : 'Draft saved on this device'}</p>
        </div>
        <div className="flex gap-2 max-md:hidden">
          <Button variant="ghost" size="sm" onClick={discard}>
            Discard
          </Button>
          <Button variant="primary" size="sm" icon={Megaphone} onClick={review}>
            Send to everybody
          </Button>
        </div>
      </header>
      <div className="scroll-pane">
        <div className="compose-grid" data-preview={device}>
          <BroadcastForm
            title={draft.title}
            text={draft.text}
            errors={errors}
            titleRef={titleField}
            textRef={textField}
            onChange={(part) => {
              change(part)
              setErrors({})
            }}
            onSubmit={review}
          />
          <NoticePreview title={draft.title} text={draft.text} author={user} device={device} onDevice={setDevice} />
        </div>
      </div>
      <div className="flex gap-2 border-t border-line bg-base-100 p-3 pb-[calc(12px+env(safe-area-inset-bottom))] md:hidden">
        <Button onClick={discard}>Discard</Button>
        <Button variant="primary" icon={Megaphone} className="grow" onClick={review}>
          Send to everybody
        </Button>
      </div>
      <ConfirmDialog
        open={asking === 'send'}
        title="Send to everybody?"
        confirmLabel="Send"
        pending={pending}
        problem={problem}
        onConfirm={() => void send()}
        onClose={() => setAsking(null)}
      >
        It cannot be taken back.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'discard'}
        title="Discard this draft?"
        confirmLabel="Discard"
        cancelLabel="Keep it"
        danger
        onConfirm={() => leave()}
        onClose={() => setAsking(null)}
      >
        It is only on this device and will be gone.
      </ConfirmDialog>
    </>
  )
}
