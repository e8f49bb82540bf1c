import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ANNOUNCEMENTS_ID, LIMITS, type AdminReport, type Conversation } from 'backend/contract'
import { ChevronDown, CircleCheck, MessageCircleOff, Trash2, Undo2 } from 'lucide-react'
import { useId, useState, type SubmitEvent } from 'react'
import { Link } from 'react-router'
import { asProblem } from '../../connection/problem.model.ts'
import { changeReport } from '../shared/admin.api.ts'
import { fullTime, listTime } from '../../lib/format.ts'
import { useSession } from '../../accounts/session.store.ts'
import { useConversation } from '../../conversations/conversations.store.ts'
import { titleOf } from '../../conversations/conversationName.format.ts'
import { showProfile } from '../../people/profileDialogs.store.ts'
import { Avatar } from '../../people/Avatar.tsx'
import { useDraft } from '../../drafts/useDraft.ts'
import { VersionConflict } from '../../drafts/VersionConflict.tsx'
import { Button } from '../../ui/Button.tsx'
import { TextAreaField } from '../../ui/Field.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { tooLong } from '../shared/text.validation.ts'
import { FormAlert } from '../shared/FormAlert.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'
import { AroundReported } from './AroundReported.tsx'
import { UserLabel } from '../../people/UserLabel.tsx'
import { nameOfUser } from '../../people/userName.format.ts'

interface ReportCardProps {
  report: AdminReport
  onChanged: (report: AdminReport) => void
  onMute: () => void
  onDelete: () => void
}

/** Shows a report: the reported user and message, the reason, the reporter, and the actions. */
export function ReportCard({ report, onChanged, onMute, onDelete }: ReportCardProps) {
  const { id, reporter, user, text, reason, createdAt, state, resolvedBy, resolvedAt, conversationId, seq } = report
  const { isMessageGone } = report
  const titleId = useId()
  const isSelf = useSession((auth) => auth.user?.id === user.id)
  const conversation = useConversation(conversationId ?? '')
  const [isAround, setIsAround] = useState(false)
  const { pending, problem, run } = useAsyncAction()
  const settle = () =>
    run(async () => onChanged(await changeReport(id, { state: state === 'open' ? 'resolved' : 'open' })))

  return (
    <article className="panel p-4" aria-labelledby={titleId}>
      <header className="flex items-center gap-3">
        <Avatar user={user} size={36} />
        <h2 id={titleId} className="min-w-0 grow">
          <UserLabel user={user} className="block truncate font-semibold" />
          <span className="block text-cap text-muted wrap-anywhere">
            {seq === null ? t`The person was reported` : <Place conversation={conversation} seq={seq} />}
          </span>
        </h2>
        <time className="text-cap whitespace-nowrap text-muted" dateTime={createdAt} title={fullTime(createdAt)}>
          {listTime(createdAt)}
        </time>
      </header>
      {text !== null && (
        <blockquote
          dir="auto"
          className="mt-3 max-h-60 overflow-y-auto rounded-sm border-s-[3px] border-line-strong bg-base-200 px-3 py-2 text-msg whitespace-pre-wrap wrap-anywhere"
          // Focusable, so that the keyboard scrolls it.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
        >
          {text === '' ? t`No text, only files` : text}
        </blockquote>
      )}
      {isMessageGone && (
        <p className="mt-2 flex items-center gap-1.5 text-cap text-muted" role="status">
          <Icon icon={Trash2} size={14} />
          <span>{t`The message was deleted. This report keeps its text.`}</span>
        </p>
      )}
      {seq !== null && (
        <Button
          size="sm"
          variant="ghost"
          className="mt-2 -ms-3"
          aria-expanded={isAround}
          onClick={() => setIsAround(!isAround)}
        >
          <Icon icon={ChevronDown} size={16} className={isAround ? 'rotate-180' : ''} />
          {isAround ? t`Hide the messages around it` : t`Show the messages around it`}
        </Button>
      )}
      {isAround && <AroundReported reportId={id} />}
      <p className="mt-3 text-ui wrap-anywhere">
        <span className="font-semibold">
          {reporter === null ? t`The word filter` : <UserLabel user={reporter} />}:{' '}
        </span>
        <span dir="auto">{reason}</span>
      </p>
      {state === 'resolved' && (
        <p className="mt-2 flex items-center gap-1.5 text-cap text-muted" role="status">
          <Icon icon={CircleCheck} size={14} className="text-ok-ink" />
          <span>
            <ResolvedText by={resolvedBy ? nameOfUser(resolvedBy) : undefined} at={resolvedAt} />
          </span>
        </p>
      )}
      <Note report={report} onChanged={onChanged} />
      <FormAlert lead={t`Not changed.`} problem={problem} />
      <div className="mt-3 flex flex-wrap gap-2">
        <Button size="sm" icon={state === 'open' ? CircleCheck : Undo2} pending={pending} onClick={() => void settle()}>
          {state === 'open' ? t`Resolve` : t`Reopen`}
        </Button>
        {seq !== null && !isMessageGone && (
          <Button size="sm" icon={Trash2} onClick={onDelete}>
            {t`Delete message`}
          </Button>
        )}
        {!isSelf && (
          <Button size="sm" icon={MessageCircleOff} onClick={onMute}>
            {t`Mute`}
          </Button>
        )}
        {conversation && (
          <Link
            className="btn btn-ghost btn-sm"
            to={conversation.id === ANNOUNCEMENTS_ID ? '/announcements' : `/c/${conversation.id}`}
          >
            {t`Open the conversation`}
          </Link>
        )}
        <Button size="sm" variant="ghost" onClick={() => showProfile(user.id)}>
          {t`Profile`}
        </Button>
      </div>
    </article>
  )
}

/** Says which admin resolved a report, and when, as far as the server knows it. */
function ResolvedText({ by, at }: { by: string | undefined; at: string | null }) {
  if (at === null)
    return by === undefined ? (
      t`Resolved`
    ) : (
      <Trans>
        Resolved by <bdi>{by}</bdi>
      </Trans>
    )
  const time = fullTime(at)
  return by === undefined ? (
    <Trans>
      Resolved, <time dateTime={at}>{time}</time>
    </Trans>
  ) : (
    <Trans>
      Resolved by <bdi>{by}</bdi>, <time dateTime={at}>{time}</time>
    </Trans>
  )
}

/** Names the conversation of the message, when the admin is in it. */
function Place({ conversation, seq }: { conversation: Conversation | undefined; seq: number }) {
  const ownId = useSession((auth) => auth.user?.id)
  if (!conversation) return t`Message ${seq} of a conversation that you are not in`
  const name = titleOf(conversation, ownId)
  return conversation.kind === 'direct' ? (
    <Trans>
      A message in your conversation with <bdi>{name}</bdi>
    </Trans>
  ) : (
    <Trans>
      A message in <bdi>{name}</bdi>
    </Trans>
  )
}

/** Shows and edits the admins' note on a report. A text that could not be saved stays in the field. */
function Note({ report, onChanged }: Pick<ReportCardProps, 'report' | 'onChanged'>) {
  const { id, note } = report
  const draft = useDraft(`note:${id}`, { note })
  const [isOpen, setIsOpen] = useState(draft.isChanged)
  const text = draft.values.note
  const { pending, problem, run } = useAsyncAction()
  const error = tooLong(text, LIMITS.reportNoteMax)

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (error || draft.conflicts.length > 0) return
    const isDone = await run(async () => {
      try {
        onChanged(await changeReport(id, { note: text.trim(), fromRevision: report.noteRevision }))
      } catch (error) {
        const { reason, params } = asProblem(error)
        // The form then shows the note of the other admin, and asks.
        if (reason === 'note_edited' && typeof params?.['text'] === 'string' && typeof params['revision'] === 'number')
          onChanged({ ...report, note: params['text'], noteRevision: params['revision'] })
        throw error
      }
    })
    if (isDone) close()
  }

  function close(): void {
    draft.clear()
    setIsOpen(false)
  }

  if (!isOpen) {
    return (
      <div className="mt-2 flex items-start gap-2 text-sec">
        {note !== '' && (
          <p dir="auto" className="min-w-0 grow whitespace-pre-wrap text-muted wrap-anywhere">
            <span className="font-semibold">{t`Note:`} </span>
            {note}
          </p>
        )}
        <button type="button" className="banner-action text-link no-underline!" onClick={() => setIsOpen(true)}>
          {note === '' ? t`Add a note` : t`Edit note`}
        </button>
      </div>
    )
  }
  return (
    <form noValidate className="mt-3 space-y-2" onSubmit={(event) => void submit(event)}>
      <TextAreaField
        label={t`Note`}
        hint={t`Only admins see it.`}
        rows={3}
        autoFocus
        value={text}
        error={error}
        onChange={(event) => draft.change({ note: event.target.value })}
      />
      <VersionConflict draft={draft} saved={{ note }} />
      <FormAlert problem={problem} />
      <div className="flex gap-2">
        <Button type="submit" size="sm" pending={pending}>
          {t`Save note`}
        </Button>
        <Button size="sm" variant="ghost" onClick={close}>
          {t`Cancel`}
        </Button>
      </div>
    </form>
  )
}
