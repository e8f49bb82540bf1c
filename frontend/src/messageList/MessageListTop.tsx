import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Conversation } from 'backend/contract'
import { problemText } from '../lib/problemText.ts'
import type { Timeline } from '../timeline/timeline.model.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { Button } from '../ui/Button.tsx'
import { Spinner } from '../ui/Spinner.tsx'

interface MessageListTopProps {
  conversation: Conversation
  timeline: Pick<Timeline, 'hasOlder' | 'loadingOlder' | 'olderProblem'>
}

/** Shows above the oldest message that older ones are loading, could not be loaded, or do not exist. */
export function MessageListTop({ conversation, timeline }: MessageListTopProps) {
  if (timeline.olderProblem) {
    const reason = problemText(timeline.olderProblem)
    return (
      <div className="log-row log-top py-3 text-sec text-muted" role="alert">
        <span>
          <Trans>Could not load older messages. {reason}</Trans>
        </span>
        <Button size="sm" className="mt-2" onClick={() => void useMessages.getState().loadOlder(conversation.id)}>
          <Trans>Try again</Trans>
        </Button>
      </div>
    )
  }
  // Without the spinner it is as high, so that nothing moves when loading begins.
  if (timeline.hasOlder)
    return <div className="log-row log-top h-12 text-muted">{timeline.loadingOlder && <Spinner />}</div>
  return <div className="log-row log-top pt-4 text-center text-cap text-muted">{beginning(conversation)}</div>
}

function beginning({ kind, firstSeq }: Conversation): string {
  if (kind === 'broadcast') return t`This is the first announcement.`
  if (kind === 'group') return firstSeq > 1 ? t`You see the messages since you joined.` : t`The group begins here.`
  return t`The conversation begins here.`
}
