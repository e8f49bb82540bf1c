import { t } from '@lingui/core/macro'
import type { ReportContext, ReportedMessage } from 'backend/contract'
import { Paperclip } from 'lucide-react'
import { problemText } from '../../lib/problemText.ts'
import { reportContext } from '../shared/admin.api.ts'
import { fullTime, momentOf } from '../../lib/format.ts'
import { useSession } from '../../accounts/session.store.ts'
import { useUsers } from '../../people/people.store.ts'
import { deletedText } from '../../messages/DeletedText.tsx'
import { SystemWords } from '../../messages/SystemLine.tsx'
import { useRequest } from '../../connection/useRequest.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Bone, Skeleton } from '../../ui/Skeleton.tsx'
import { ErrorLine } from '../../ui/States.tsx'
import { UserLabel } from '../../people/UserLabel.tsx'

/** Shows the messages before and after a reported message, as they are now. */
export function AroundReported({ reportId }: { reportId: string }) {
  const { answer, problem, retry } = useRequest(async () => known(await reportContext(reportId)))
  if (problem) {
    return (
      <ErrorLine className="mt-3" onRetry={retry}>
        {t`Could not load the messages around it.`} {problemText(problem)}
      </ErrorLine>
    )
  }
  if (!answer) {
    return (
      <Skeleton label={t`Loading the messages around it`} className="mt-3 space-y-3">
        {['w-3/5', 'w-4/5', 'w-2/5'].map((width) => (
          <div key={width} className="space-y-2">
            <Bone className="h-2.5 w-32" />
            <Bone className={`h-3 ${width}`} />
          </div>
        ))}
      </Skeleton>
    )
  }
  const { seq, items } = answer
  if (items.length === 0)
    return (
      <p className="mt-3 text-sec text-muted" role="status">
        {t`The conversation is gone, with all its messages.`}
      </p>
    )
  return (
    <>
      <section
        className="mt-1 max-h-[360px] overflow-y-auto rounded-lg border border-line"
        // Focusable, so that the keyboard scrolls it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={t`The messages around it`}
      >
        <ol>
          {items.map((item) => (
            <Item key={item.seq} item={item} isReported={item.seq === seq} />
          ))}
        </ol>
      </section>
      <p className="field-hint mt-1.5">
        {items.length === 1
          ? t`The conversation has no other messages. The audit log records that you looked.`
          : t`The audit log records that you looked.`}
      </p>
    </>
  )
}

const ITEM = 'border-t-line px-3 py-2 not-first:border-t'

function Item({ item, isReported }: { item: ReportedMessage; isReported: boolean }) {
  const { sender, kind, event, createdAt, editedAt, deletedAt, isHiddenFromSome } = item
  const ownId = useSession(({ user }) => user?.id)
  const time = (
    <time dateTime={createdAt} title={fullTime(createdAt)}>
      {momentOf(createdAt)}
    </time>
  )
  if (kind === 'system' && sender) {
    return (
      <li className={`${ITEM} text-cap text-muted`}>
        <SystemWords message={{ event, senderId: sender.id }} ownId={ownId} /> · {time}
      </li>
    )
  }
  return (
    <li className={`${ITEM} ${isReported ? 'border-s-[3px] border-s-line-strong bg-base-200 ps-[9px]' : ''}`}>
      <p className="flex flex-wrap items-center gap-x-2 text-cap text-muted">
        {sender ? (
          <UserLabel user={sender} className="font-semibold text-base-content" />
        ) : (
          <span className="font-semibold text-base-content">{t`Someone`}</span>
        )}
        {time}
        {editedAt !== null && deletedAt === null && <span>{t`Edited`}</span>}
        {isHiddenFromSome && <span>{t`Did not reach everybody`}</span>}
        {isReported && <span className="chip chip-warn">{t`Reported`}</span>}
      </p>
      <Content item={item} />
    </li>
  )
}

function Content({ item: { title, text, files, deletedAt, isArchived } }: { item: ReportedMessage }) {
  if (deletedAt !== null)
    return <p className="text-ui text-muted italic">{isArchived ? t`This message was archived` : deletedText()}</p>
  return (
    <>
      {title !== null && (
        <p dir="auto" className="text-ui font-semibold wrap-anywhere">
          {title}
        </p>
      )}
      {text !== '' && (
        <p dir="auto" className="text-ui whitespace-pre-wrap wrap-anywhere">
          {text}
        </p>
      )}
      {files.length > 0 && (
        <p className="flex gap-1.5 text-sec text-muted">
          <Icon icon={Paperclip} size={14} className="mt-0.5" />
          <span className="min-w-0 wrap-anywhere">
            <span className="sr-only">{t`Files:`} </span>
            {files.join(', ')}
          </span>
        </p>
      )}
    </>
  )
}

/** Puts the senders into the page's store: system messages take names from there. */
function known(context: ReportContext): ReportContext {
  useUsers.getState().put(context.items.flatMap(({ sender }) => sender ?? []))
  return context
}
