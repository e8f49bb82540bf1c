import { t } from '@lingui/core/macro'
import type { Broadcast } from 'backend/contract'
import { listRevisions } from '../shared/broadcast.api.ts'
import { useUser } from '../../../people/people.store.ts'
import { useRequest } from '../../../connection/useRequest.ts'
import { Dialog } from '../../../ui/Dialog.tsx'
import { Bone, Skeleton } from '../../../ui/Skeleton.tsx'
import { ErrorState } from '../../../ui/States.tsx'
import { BroadcastNotice } from '../shared/BroadcastNotice.tsx'

/** Shows every text of a broadcast that was sent, the newest first. */
export function RevisionsDialog({ broadcast, onClose }: { broadcast: Broadcast; onClose: () => void }) {
  const { id, createdBy } = broadcast
  const { answer, problem, retry } = useRequest(() => listRevisions(id))
  const author = useUser(createdBy)
  return (
    <Dialog open onClose={onClose} title={t`Sent texts`} size="screen">
      {problem && <ErrorState title={t`Could not load the texts`} problem={problem} onRetry={retry} />}
      {!problem && !answer && (
        <Skeleton label={t`Loading the texts`} className="p-4">
          <Bone className="h-32 w-full" />
        </Skeleton>
      )}
      {answer && (
        // Focusable, so that the keyboard scrolls it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ol className="scroll-pane space-y-4 bg-base-200 p-4" tabIndex={0} aria-label={t`Texts`}>
          {answer.items.toReversed().map(({ revision, isMaterial, title, text, at }) => (
            <li key={revision}>
              <p className="mb-1.5 text-cap font-semibold text-muted">{revisionLabel(revision, isMaterial)}</p>
              <BroadcastNotice
                notice={{ ...broadcast, title, text, needsAcknowledgement: false }}
                author={author}
                at={at}
              />
            </li>
          ))}
        </ol>
      )}
    </Dialog>
  )
}

function revisionLabel(revision: number, isMaterial: boolean): string {
  if (revision === 1) return t`Text ${revision}`
  return isMaterial ? t`Text ${revision}, a material change: asked again` : t`Text ${revision}, a small change`
}
