import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { ConversationId, MessageReceipt, Page } from 'backend/contract'
import { useState } from 'react'
import { messageReceipts } from '../timeline/message.api.ts'
import { fullTime, listTime } from '../lib/format.ts'
import { useUser } from '../people/people.store.ts'
import { Avatar } from '../people/Avatar.tsx'
import { LoadMore } from '../ui/LoadMore.tsx'
import { Bone, SkeletonRows } from '../ui/Skeleton.tsx'
import { ErrorState } from '../ui/States.tsx'
import { useRequest } from '../connection/useRequest.ts'
import { UserLabel } from '../people/UserLabel.tsx'

/** Lists the recipients of an announcement or of a group's message, and when each received and read it. */
export function MessageRecipients({ conversationId, seq }: { conversationId: ConversationId; seq: number }) {
  const { answer, problem, retry } = useRequest(() => messageReceipts(conversationId, seq))
  const [further, setFurther] = useState<Page<MessageReceipt> | null>(null)
  const [loadingMore, setLoadingMore] = useState(false)
  const nextCursor = (further ?? answer)?.nextCursor ?? null
  const receipts = answer && [...answer.items, ...(further?.items ?? [])]

  async function loadMore(): Promise<void> {
    if (nextCursor === null) return
    setLoadingMore(true)
    try {
      const page = await messageReceipts(conversationId, seq, nextCursor)
      setFurther({ items: [...(further?.items ?? []), ...page.items], nextCursor: page.nextCursor })
    } finally {
      setLoadingMore(false)
    }
  }

  return (
    <section className="mt-5" aria-labelledby="recipients-title">
      <h3 id="recipients-title" className="field-label">
        <Trans>Recipients</Trans>
      </h3>
      {problem && <ErrorState title={t`Could not load the recipients`} problem={problem} onRetry={retry} />}
      {!answer && !problem && <SkeletonRows label={t`Loading the recipients`} rows={4} />}
      {receipts?.length === 0 && (
        <p className="mt-1 text-ui text-muted">
          <Trans>There were no recipients.</Trans>
        </p>
      )}
      {receipts && (
        <ul className="mt-1">
          {receipts.map((receipt) => (
            <RecipientRow key={receipt.userId} {...receipt} />
          ))}
        </ul>
      )}
      {answer && <LoadMore hasMore={nextCursor !== null} loading={loadingMore} onMore={loadMore} />}
    </section>
  )
}

function RecipientRow({ userId, deliveredAt, readAt }: MessageReceipt) {
  const user = useUser(userId)
  const at = readAt ?? deliveredAt
  return (
    <li className="flex min-h-12 items-center gap-3">
      {user ? <Avatar user={user} size={32} /> : <Bone className="size-8 rounded-full!" />}
      <span className="min-w-0 grow truncate text-ui font-medium">
        {user ? <UserLabel user={user} /> : <Bone className="h-3 w-32" />}
      </span>
      <span className="shrink-0 text-cap text-muted">
        {at === null ? t`Not delivered yet` : <Reached at={at} isRead={readAt !== null} />}
      </span>
    </li>
  )
}

function Reached({ at, isRead }: { at: string; isRead: boolean }) {
  const moment = { dateTime: at, title: fullTime(at) }
  const shown = listTime(at)
  return isRead ? (
    <Trans>
      Read <time {...moment}>{shown}</time>
    </Trans>
  ) : (
    <Trans>
      Delivered <time {...moment}>{shown}</time>
    </Trans>
  )
}
