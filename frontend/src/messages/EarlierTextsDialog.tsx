import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Conversation, EarlierText } from 'backend/contract'
import { messageEdits } from '../timeline/message.api.ts'
import { fullTime } from '../lib/format.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { FoldButton, Folded, FoldedFormat, useFold } from '../ui/Folded.tsx'
import { Bone, Skeleton } from '../ui/Skeleton.tsx'
import { ErrorState } from '../ui/States.tsx'
import { FormattedText } from './FormattedText.tsx'
import { useRequest } from '../connection/useRequest.ts'
import { MessageText } from './MessageText.tsx'
import type { MessageRow } from './messageRows.model.ts'

interface EarlierTextsDialogProps {
  conversation: Conversation
  row: MessageRow
  onClose: () => void
}

/** Shows the earlier texts of an edited message, the oldest first, and its text now. */
export function EarlierTextsDialog({ conversation, row, onClose }: EarlierTextsDialogProps) {
  const { answer, problem, retry } = useRequest(() => messageEdits(conversation.id, row.seq ?? 0))
  const formatted = conversation.kind === 'broadcast'
  return (
    <Dialog open onClose={onClose} title={t`Earlier texts`} size="facts">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it */}
      <div className="scroll-pane px-4 pb-5" tabIndex={0} role="region" aria-label={t`Earlier texts`}>
        {problem && <ErrorState title={t`Could not load the earlier texts`} problem={problem} onRetry={retry} />}
        {!answer && !problem && (
          <Skeleton label={t`Loading the earlier texts`} className="space-y-3 pt-1">
            <Bone className="h-3 w-40" />
            <Bone className="mt-2 h-4 w-4/5" />
          </Skeleton>
        )}
        {answer && (
          <ol className="divide-y divide-line">
            {answer.items.map((text) => (
              <Text key={text.writtenAt} {...text} formatted={formatted} />
            ))}
            <li className="py-3">
              <p className="text-cap font-semibold text-primary">
                <Trans>Now</Trans>
              </p>
              <Words text={row.text} formatted={formatted} />
            </li>
          </ol>
        )}
      </div>
    </Dialog>
  )
}

function Text({ text, writtenAt, formatted }: EarlierText & { formatted: boolean }) {
  return (
    <li className="py-3">
      <p className="text-cap text-muted">
        <time dateTime={writtenAt}>{fullTime(writtenAt)}</time>
      </p>
      <Words text={text} formatted={formatted} />
    </li>
  )
}

function Words({ text, formatted }: { text: string; formatted: boolean }) {
  const fold = useFold(text)
  if (formatted) {
    return (
      <>
        <FoldedFormat fold={fold}>
          <FormattedText text={text} headingLevel={3} />
        </FoldedFormat>
        <FoldButton fold={fold} />
      </>
    )
  }
  return (
    <Folded text={text}>
      <p dir="auto" className="message-text mt-1 text-msg wrap-anywhere">
        <MessageText text={text} />
      </p>
    </Folded>
  )
}
