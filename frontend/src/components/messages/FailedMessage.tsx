import { CircleAlert } from 'lucide-react'
import type { PendingMessage } from '../../lib/timeline.ts'
import { useMessages } from '../../store/messages.store.ts'
import { Icon } from '../ui/Icon.tsx'

/** Below a message that the server refused: why, and the two ways out. */
export function FailedMessage({ message }: { message: PendingMessage }) {
  const retry = useMessages((state) => state.retry)
  const discard = useMessages((state) => state.discard)
  return (
    <div className="message-failure">
      <span className="inline-flex items-center gap-1.5">
        <Icon icon={CircleAlert} size={14} />
        Not sent. {message.problem?.detail}
      </span>
      <button type="button" className="font-semibold underline underline-offset-2" onClick={() => retry(message.clientMessageId)}>
        Retry
      </button>
      <button type="button" className="text-muted" onClick={() => discard(message.clientMessageId)}>
        Delete
      </button>
    </div>
  )
}
