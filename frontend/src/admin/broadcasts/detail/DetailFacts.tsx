import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Broadcast } from 'backend/contract'
import { fullTime, listTime } from '../../../lib/format.ts'
import { useUser } from '../../../people/people.store.ts'
import { PriorityChip } from '../../../announcements/NoticeCard.tsx'
import { useAudienceLabel } from '../shared/audience.format.ts'
import { hasExpired } from '../shared/broadcastLists.model.ts'
import { headlineOf } from '../shared/headline.format.ts'
import { fullZonedTime, shortZonedTime } from '../../../lib/zonedTime.ts'

/** Shows a broadcast's headline, author, time and audience. */
export function DetailFacts({ broadcast }: { broadcast: Broadcast }) {
  const { audience, createdBy, priority, expiresAt, timeZone } = broadcast
  const author = useUser(createdBy)
  const words = useAudienceLabel(audience)
  const expiry = expiresAt !== null && (
    <time dateTime={expiresAt} title={fullZonedTime(expiresAt, timeZone)}>
      {shortZonedTime(expiresAt, timeZone)}
    </time>
  )
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-cap text-muted">
        <PriorityChip priority={priority} />
        <span>
          <SentBy broadcast={broadcast} author={author?.fullName} />
        </span>
      </p>
      <h2 dir="auto" className="keep-edge mt-1.5 font-[650] break-words">
        {headlineOf(broadcast)}
      </h2>
      <p className="mt-0.5 text-cap text-muted">
        {!expiry ? (
          <Trans>
            To <bdi>{words}</bdi>
          </Trans>
        ) : hasExpired(broadcast) ? (
          <Trans>
            To <bdi>{words}</bdi>. Expired {expiry}
          </Trans>
        ) : (
          <Trans>
            To <bdi>{words}</bdi>. Expires {expiry}
          </Trans>
        )}
      </p>
    </>
  )
}

/** Says when a broadcast was sent and by which admin, as far as the page knows the admin. */
function SentBy({ broadcast: { sentAt, state }, author }: { broadcast: Broadcast; author: string | undefined }) {
  const by = author !== undefined && <bdi>{author}</bdi>
  if (sentAt !== null) {
    const time = (
      <time dateTime={sentAt} title={fullTime(sentAt)}>
        {listTime(sentAt)}
      </time>
    )
    return by ? (
      <Trans>
        Sent {time} by {by}
      </Trans>
    ) : (
      <Trans>Sent {time}</Trans>
    )
  }
  if (state === 'scheduled') return by ? <Trans>Scheduled by {by}</Trans> : t`Scheduled`
  return by ? <Trans>Being sent by {by}</Trans> : t`Being sent`
}
