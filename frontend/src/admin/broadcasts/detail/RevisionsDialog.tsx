import type { Broadcast } from 'backend/contract'
import { listRevisions } from '../shared/broadcast.api.ts'
import { usePerson } from '../../../people/people.store.ts'
import { useRequest } from '../../../connection/useRequest.ts'
import { Dialog } from '../../../ui/Dialog.tsx'
import { Bone, Skeleton } from '../../../ui/Skeleton.tsx'
import { ErrorState } from '../../../ui/States.tsx'
import { BroadcastNotice } from '../shared/BroadcastNotice.tsx'

/** Every text of it that was sent, the newest first. */
export function RevisionsDialog({ broadcast, onClose }: { broadcast: Broadcast; onClose: () => void }) {
  const { id, createdBy } = broadcast
  const { answer, problem, retry } = useRequest(() => listRevisions(id))
  const author = usePerson(createdBy)
  return (
    <Dialog open onClose={onClose} title="What was sent" size="screen">
      {problem && <ErrorState title="Could not load the texts" problem={problem} onRetry={retry} />}
      {!problem && !answer && (
        <Skeleton label="Loading the texts" className="p-4">
          <Bone className="h-32 w-full" />
        </Skeleton>
      )}
      {answer && (
        // Scrolls by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ol className="scroll-pane space-y-4 bg-base-200 p-4" tabIndex={0} aria-label="Texts">
          {answer.items.toReversed().map(({ revision, isMaterial, title, text, at }) => (
            <li key={revision}>
              <p className="mb-1.5 text-cap font-semibold text-muted">
                Text {revision}
                {revision > 1 && (isMaterial ? ', a material change: asked again' : ', a small change')}
              </p>
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
