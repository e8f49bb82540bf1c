import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { ConversationId, Problem } from 'backend/contract'
import { CircleAlert } from 'lucide-react'
import { use, useRef } from 'react'
import { problemText } from '../lib/problemText.ts'
import { copyText } from '../lib/copyText.ts'
import { momentOf } from '../lib/format.ts'
import type { PendingChange, PendingMessage } from '../timeline/timeline.model.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { useMutedUntil } from '../accounts/useMutedUntil.ts'
import { useUploads } from '../uploads/uploads.store.ts'
import { Icon } from '../ui/Icon.tsx'
import { showToast } from '../ui/toast.store.ts'
import { IsolatedText } from '../ui/IsolatedText.tsx'
import { MessageActionsContext } from './message.actions.ts'

/** Shows below a refused message why the server refused it, with the buttons to send it again and to delete it. */
export function FailedMessage({ message }: { message: PendingMessage }) {
  const retry = useMessages((state) => state.retry)
  const rewrite = useMessages((state) => state.rewrite)
  const discard = useMessages((state) => state.discard)
  const isLost = useUploads(({ items }) =>
    message.files.some(({ key, attachment }) => attachment === null && !items[key]),
  )
  if (isLost) return <LostFiles message={message} onDelete={() => discard(message.clientMessageId)} />
  return (
    <Failure
      failed={t`Not sent.`}
      problem={message.problem}
      onRetry={() => retry(message.clientMessageId)}
      text={message.text}
      mayBeEmpty={message.files.length > 0}
      draft={`rewrite:${message.clientMessageId}`}
      onRewrite={(text) => rewrite(message.clientMessageId, text)}
      giveUp={t`Delete`}
      onGiveUp={() => discard(message.clientMessageId)}
    />
  )
}

/** Asks for the files again when the page was closed during their upload: a page cannot read them from the disk again. */
function LostFiles({ message, onDelete }: { message: PendingMessage; onDelete: () => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Failure
        failed={t`Not sent.`}
        problem={message.problem}
        retry={t`Choose again`}
        onRetry={() => input.current?.click()}
        giveUp={t`Delete`}
        onGiveUp={onDelete}
      />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t`Files to send instead of the lost ones`}
        onChange={({ target }) => {
          const { begin } = useUploads.getState()
          const items = [...(target.files ?? [])].map((file) => begin(message.conversationId, file))
          if (items.length > 0) useMessages.getState().replaceLost(message.clientMessageId, items)
        }}
      />
    </>
  )
}

interface FailedChangeProps {
  conversationId: ConversationId
  seq: number
  change: PendingChange
}

/** Shows below a message that the server refused its edit or deletion. */
export function FailedChange({ conversationId, seq, change }: FailedChangeProps) {
  const retry = useMessages((state) => state.retryChange)
  const edit = useMessages((state) => state.edit)
  const discard = useMessages((state) => state.discardChange)
  const { compare } = use(MessageActionsContext)
  const theirs = textOfNow(change.problem)
  if (change.kind === 'edit' && theirs)
    return (
      <Failure
        failed={t`Edit not saved.`}
        problem={change.problem}
        retry={t`Compare`}
        onRetry={() => compare({ seq, mine: change.text, theirs })}
        giveUp={t`Discard`}
        onGiveUp={() => discard(conversationId, seq)}
      />
    )
  return (
    <Failure
      failed={change.kind === 'edit' ? t`Edit not saved.` : t`Not deleted.`}
      problem={change.problem}
      onRetry={() => retry(conversationId, seq)}
      text={change.text}
      draft={`rewrite:${conversationId}:${seq}`}
      onRewrite={change.kind === 'edit' ? (text) => edit(conversationId, seq, text) : undefined}
      giveUp={t`Discard`}
      onGiveUp={() => discard(conversationId, seq)}
    />
  )
}

/** Returns the text that another device has given to the message meanwhile; null when that is not why an edit was refused. */
function textOfNow(problem: Problem | null): { rev: number; text: string } | null {
  const { text, rev } = problem?.params ?? {}
  return problem?.reason === 'message_edited' && typeof text === 'string' && typeof rev === 'number'
    ? { rev, text }
    : null
}

interface FailureProps {
  /** The sentence before the reason. */
  failed: string
  problem: Problem | null
  retry?: string
  onRetry: () => void
  /** The refused text. */
  text?: string
  mayBeEmpty?: boolean
  /** Names the draft of another text. */
  draft?: string
  /** Sends the message with another text. Undefined where that cannot help. */
  onRewrite?: ((text: string) => void) | undefined
  giveUp: string
  onGiveUp: () => void
}

function Failure({
  failed,
  problem,
  retry = t`Retry`,
  onRetry,
  text = '',
  mayBeEmpty = false,
  draft = '',
  onRewrite,
  giveUp,
  onGiveUp,
}: FailureProps) {
  const actions = use(MessageActionsContext)
  const mutedNow = useMutedUntil()
  const until = problem?.code === 'muted' ? mutedNow : null
  const reason = reasonOf(problem, until)
  // The server would refuse the same text again.
  const isGone = problem?.code === 'not_found'
  const isFinal = until !== null || problem?.code === 'text_refused'
  return (
    <div className="message-failure">
      <span className="inline-flex items-center gap-1.5">
        <Icon icon={CircleAlert} size={14} />
        <IsolatedText text={`${failed} ${reason}`} />
      </span>
      {onRewrite && isFinal && (
        <button
          type="button"
          className="font-semibold underline underline-offset-2"
          onClick={() => actions.rewrite({ draft, text, reason, mayBeEmpty, send: onRewrite })}
        >
          <Trans>Edit</Trans>
        </button>
      )}
      {isGone && text !== '' && (
        <button
          type="button"
          className="font-semibold underline underline-offset-2"
          onClick={() => void copyText(text).then((done) => done && showToast(t`Copied.`))}
        >
          <Trans>Copy text</Trans>
        </button>
      )}
      {!isFinal && !isGone && (
        <button type="button" className="font-semibold underline underline-offset-2" onClick={onRetry}>
          {retry}
        </button>
      )}
      <button type="button" className="text-muted" onClick={onGiveUp}>
        {giveUp}
      </button>
    </div>
  )
}

function reasonOf(problem: Problem | null, mutedUntil: string | null): string {
  if (mutedUntil !== null) {
    const end = momentOf(mutedUntil)
    return t`You are muted until ${end}.`
  }
  return problem?.code === 'muted' ? t`You were muted.` : problem ? problemText(problem) : ''
}
