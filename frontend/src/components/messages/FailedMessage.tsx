import type { ConversationId, Problem } from 'backend/contract'
import { CircleAlert } from 'lucide-react'
import type { PendingChange, PendingMessage } from '../../lib/timeline.ts'
import { useMessages } from '../../store/messages.store.ts'
import { Icon } from '../ui/Icon.tsx'

/** Below a message that the server refused: why, and the two ways out. */
export function FailedMessage({ message }: { message: PendingMessage }) {
  const retry = useMessages((state) => state.retry)
  const discard = useMessages((state) => state.discard)
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
  onRetry: () => void
  giveUp: string
  onGiveUp: () => void
}

function Failure({ what, problem, onRetry, giveUp, onGiveUp }: FailureProps) {
  return (
    <div className="message-failure">
      <span className="inline-flex items-center gap-1.5">
        <Icon icon={CircleAlert} size={14} />
        {what} {problem?.detail}
      </span>
      <button type="button" className="font-semibold underline underline-offset-2" onClick={onRetry}>
        Retry
      </button>
      <button type="button" className="text-muted" onClick={onGiveUp}>
        {giveUp}
      </button>
    </div>
  )
}
