import type { ConversationId, Problem } from 'backend/contract'
import { CircleAlert } from 'lucide-react'
import { useRef } from 'react'
import type { PendingChange, PendingMessage } from '../../lib/timeline.ts'
import { useMessages } from '../../store/messages.store.ts'
import { useUploads } from '../../store/uploads.store.ts'
import { Icon } from '../ui/Icon.tsx'

/** Below a message that the server refused: why, and the two ways out. */
export function FailedMessage({ message }: { message: PendingMessage }) {
  const retry = useMessages((state) => state.retry)
  const discard = useMessages((state) => state.discard)
  const isLost = useUploads(({ items }) => message.files.some(({ key, attachment }) => attachment === null && !items[key]))
  if (isLost) return <LostFiles message={message} onDelete={() => discard(message.clientMessageId)} />
  return (
    <Failure
      what="Not sent."
      problem={message.problem}
      onRetry={() => retry(message.clientMessageId)}
      giveUp="Delete"
      onGiveUp={() => discard(message.clientMessageId)}
    />
  )
}

/** The page was closed before its files were uploaded, and no page may read files of the disk again: they are chosen once more. */
function LostFiles({ message, onDelete }: { message: PendingMessage; onDelete: () => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Failure what="Not sent." problem={message.problem} retry="Choose again" onRetry={() => input.current?.click()} giveUp="Delete" onGiveUp={onDelete} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to send instead of the lost ones"
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

/** Below a message whose edit or deletion the server refused. */
export function FailedChange({ conversationId, seq, change }: FailedChangeProps) {
  const retry = useMessages((state) => state.retryChange)
  const discard = useMessages((state) => state.discardChange)
  return (
    <Failure
      what={change.kind === 'edit' ? 'Edit not saved.' : 'Not deleted.'}
      problem={change.problem}
      onRetry={() => retry(conversationId, seq)}
      giveUp="Discard"
      onGiveUp={() => discard(conversationId, seq)}
    />
  )
}

interface FailureProps {
  what: string
  problem: Problem | null
  retry?: string
  onRetry: () => void
  giveUp: string
  onGiveUp: () => void
}

function Failure({ what, problem, retry = 'Retry', onRetry, giveUp, onGiveUp }: FailureProps) {
  return (
    <div className="message-failure">
      <span className="inline-flex items-center gap-1.5">
        <Icon icon={CircleAlert} size={14} />
        {what} {problem?.detail}
      </span>
      <button type="button" className="font-semibold underline underline-offset-2" onClick={onRetry}>
        {retry}
      </button>
      <button type="button" className="text-muted" onClick={onGiveUp}>
        {giveUp}
      </button>
    </div>
  )
}
