import type { ReportContext, ReportedMessage } from 'backend/contract'
import { Paperclip } from 'lucide-react'
import { reportContext } from '../shared/admin.api.ts'
import { fullTime, momentOf } from '../../lib/format.ts'
import { useSession } from '../../accounts/session.store.ts'
import { usePeople } from '../../people/people.store.ts'
import { DELETED } from '../../messages/DeletedText.tsx'
import { SystemWords } from '../../messages/SystemLine.tsx'
import { useRequest } from '../../connection/useRequest.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Bone, Skeleton } from '../../ui/Skeleton.tsx'
import { ErrorLine } from '../../ui/States.tsx'

/** What was written before and after a message that was reported, as it is now. */
export function AroundReported({ reportId }: { reportId: string }) {
  const { answer, problem, retry } = useRequest(async () => known(await reportContext(reportId)))
  if (problem) {
    return (
      <ErrorLine className="mt-3" onRetry={retry}>
        Could not load what was around it. {problem.detail}
      </ErrorLine>
    )
  }
  if (!answer) {
    return (
      <Skeleton label="Loading what was around it" className="mt-3 space-y-3">
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
        The conversation is gone, and all that was written in it.
      </p>
    )
  return (
    <>
      {/* Scrolls by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="around" tabIndex={0} aria-label="What was around it">
        <ol>
          {items.map((item) => (
            <Item key={item.seq} item={item} isReported={item.seq === seq} />
          ))}
        </ol>
      </section>
      <p className="field-hint mt-1.5">
        {items.length === 1 && 'Nothing else was written there. '}That you looked is in the audit log.
      </p>
    </>
  )
}

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
      <li className="around-item text-cap text-muted">
        <SystemWords message={{ event, senderId: sender.id }} ownId={ownId} /> · {time}
      </li>
    )
  }
  return (
    <li className="around-item" data-reported={isReported || undefined}>
      <p className="flex flex-wrap items-center gap-x-2 text-cap text-muted">
        <bdi className="font-semibold text-base-content">{sender?.fullName ?? 'Someone'}</bdi>
        {time}
        {editedAt !== null && deletedAt === null && <span>Edited</span>}
        {isHiddenFromSome && <span>Did not reach everybody</span>}
        {isReported && <span className="chip chip-warn">Reported</span>}
      </p>
      <Content item={item} />
    </li>
  )
}

function Content({ item: { title, text, files, deletedAt, isArchived } }: { item: ReportedMessage }) {
  if (deletedAt !== null)
    return <p className="text-ui text-muted italic">{isArchived ? 'This message was archived' : DELETED}</p>
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
            <span className="sr-only">Files: </span>
            {files.join(', ')}
          </span>
        </p>
      )}
    </>
  )
}

/** Sentences about a group name people by what the page knows of them. */
function known(context: ReportContext): ReportContext {
  usePeople.getState().put(context.items.flatMap(({ sender }) => sender ?? []))
  return context
}
