import type { Broadcast } from 'backend/contract'
import { fullTime, listTime } from '../../../lib/format.ts'
import { usePerson } from '../../../people/people.store.ts'
import { PriorityChip } from '../../../announcements/NoticeCard.tsx'
import { useAudienceLabel } from '../shared/audience.format.ts'
import { hasExpired } from '../shared/broadcastLists.model.ts'
import { headlineOf } from '../shared/headline.format.ts'
import { fullZonedTime, shortZonedTime } from '../../../lib/zonedTime.ts'

/** What it is, by whom, when and for whom. */
export function DetailFacts({ broadcast }: { broadcast: Broadcast }) {
  const { audience, createdBy, priority, sentAt, state, expiresAt, timeZone } = broadcast
  const author = usePerson(createdBy)
  const words = useAudienceLabel(audience)
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-cap text-muted">
        <PriorityChip priority={priority} />
        <span>
          {sentAt !== null ? (
            <>
              Sent{' '}
              <time dateTime={sentAt} title={fullTime(sentAt)}>
                {listTime(sentAt)}
              </time>
            </>
          ) : state === 'scheduled' ? (
            'Scheduled'
          ) : (
            'Being sent'
          )}
          {author && (
            <>
              {' '}
              by <bdi>{author.fullName}</bdi>
            </>
          )}
        </span>
      </p>
      <h2 dir="auto" className="keep-edge mt-1.5 font-[650] break-words">
        {headlineOf(broadcast)}
      </h2>
      <p className="mt-0.5 text-cap text-muted">
        To <bdi>{words}</bdi>
        {expiresAt !== null && (
          <>
            {hasExpired(broadcast) ? '. Expired ' : '. Expires '}
            <time dateTime={expiresAt} title={fullZonedTime(expiresAt, timeZone)}>
              {shortZonedTime(expiresAt, timeZone)}
            </time>
          </>
        )}
      </p>
    </>
  )
}
