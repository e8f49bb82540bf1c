import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, plural, t } from '@lingui/core/macro'
import type { Broadcast, BroadcastAudience, OwnUser } from 'backend/contract'
import { CalendarClock, Megaphone } from 'lucide-react'
import { useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { useStore } from 'zustand'
import { instantOf } from '../../../lib/zonedTime.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { isBlank, type DraftContent } from '../shared/draftContent.model.ts'
import type { DraftSession } from './draftSession.service.ts'
import { useUploads } from '../../../uploads/uploads.store.ts'
import { ConflictNote } from '../../../drafts/VersionConflict.tsx'
import { DropZone } from '../../../attachments/DropZone.tsx'
import { Button } from '../../../ui/Button.tsx'
import { Switch } from '../../../ui/Switch.tsx'
import { showToast } from '../../../ui/toast.store.ts'
import { useAudienceLabel } from '../shared/audience.format.ts'
import { AttachedFiles, AttachTool } from './AttachedFiles.tsx'
import { AudienceField } from './AudienceField.tsx'
import { checkBroadcast, errorsOf, FIELDS, type BroadcastErrors } from './broadcast.validation.ts'
import { ComposeHeader } from './ComposeHeader.tsx'
import { ComposeFoot, ComposeLayout } from './ComposeLayout.tsx'
import { DiscardDialog } from './DiscardDialog.tsx'
import { NoticePreview, type PreviewDevice } from './NoticePreview.tsx'
import { PriorityField } from './PriorityField.tsx'
import { SaveStatus } from './SaveStatus.tsx'
import { SendDialog } from './SendDialog.tsx'
import { useRecipientCount } from './useRecipientCount.ts'
import { TitleAndTextFields } from './TitleAndTextFields.tsx'
import { WhenFields } from './WhenFields.tsx'

interface ComposeFormProps {
  session: DraftSession
  user: OwnUser
  /** The server did not send it, because its time had passed. */
  isHeld: boolean
}

/** Shows the form for a draft. The draft saves itself; a dialog asks before it is sent. */
export function ComposeForm({ session, user, isHeld }: ComposeFormProps) {
  const navigate = useNavigate()
  const draft = useStore(session.state)
  const { content } = draft
  const recipients = useRecipientCount(session)
  const audienceWords = useAudienceLabel(content.audience)
  const [device, setDevice] = useState<PreviewDevice>('phone')
  const [errors, setErrors] = useState<BroadcastErrors>({})
  const [asking, setAsking] = useState<'send' | 'discard' | null>(null)
  const title = useRef<HTMLInputElement>(null)
  const text = useRef<HTMLTextAreaElement>(null)
  const audience = useRef<HTMLDivElement>(null)
  const sendAt = useRef<HTMLInputElement>(null)
  const expiresAt = useRef<HTMLInputElement>(null)

  function change(part: Partial<DraftContent>): void {
    setErrors({})
    session.change(part)
  }

  function show(found: BroadcastErrors): void {
    const fields = { title, text, audience, sendAt, expiresAt }
    const first = FIELDS.find((field) => found[field])
    setErrors(found)
    setAsking(null)
    if (first) fields[first].current?.focus()
  }

  function review(): void {
    const found = checkBroadcast(content)
    const isUploading = (useUploads.getState().trays[session.tray]?.length ?? 0) > 0
    if (isUploading) found.text ??= t`Some files are not uploaded yet. Wait for them, or remove them.`
    show(found)
    if (Object.keys(found).length === 0) setAsking('send')
  }

  function leave(words: string, to = '/admin/broadcasts'): void {
    session.end()
    showToast(words)
    void navigate(to)
  }

  function sent(broadcast: Broadcast): void {
    useBroadcasts.getState().put(broadcast)
    leave(broadcast.state === 'scheduled' ? t`Scheduled.` : t`Sent.`, `/admin/broadcasts/${broadcast.id}`)
  }

  const isNothing = isBlank(content) && draft.id === null
  const actions = (
    <>
      {!isNothing && (
        <Button variant="ghost" size="sm" onClick={() => setAsking('discard')}>
          {t`Delete draft`}
        </Button>
      )}
      <Button
        variant="primary"
        size="sm"
        icon={content.isLater ? CalendarClock : Megaphone}
        className="max-md:grow"
        onClick={review}
      >
        {submitLabel(content.isLater, recipients)}
      </Button>
    </>
  )

  return (
    <>
      <ComposeHeader title={draft.id === null ? t`New broadcast` : t`Draft`} words={<SaveStatus {...draft} />}>
        {actions}
      </ComposeHeader>
      <DropZone conversationId={session.tray} receiver={audienceWords}>
        <ComposeLayout device={device}>
          <form
            aria-label={t`Broadcast`}
            className="min-w-0 space-y-5"
            noValidate
            onSubmit={(event) => {
              event.preventDefault()
              review()
            }}
          >
            {isHeld && (
              <p role="status" className="rounded-field bg-warn-tint px-3 py-2.5 text-sec font-medium text-warn-ink">
                {t`This broadcast was not sent: its time passed while the server was not running, or it had expired. Check it, and send it now, choose another time or delete it.`}
              </p>
            )}
            {draft.conflict && (
              <ConflictNote
                title={t`Another admin, or another of your devices, changed this draft meanwhile. It says now:`}
                theirs={[draft.conflict.title, draft.conflict.text].filter((part) => part !== '').join('\n\n')}
                onKeepMine={session.keepMine}
                onKeepTheirs={session.keepTheirs}
              />
            )}
            <TitleAndTextFields
              title={content.title}
              text={content.text}
              errors={errors}
              titleField={title}
              textField={text}
              tools={<AttachTool tray={session.tray} attached={content.attachments.length} />}
              onTitle={(value) => change({ title: value })}
              onText={(value) => change({ text: value })}
            >
              <AttachedFiles
                tray={session.tray}
                attachments={content.attachments}
                onRemove={(id) => change({ attachments: content.attachments.filter((each) => each.id !== id) })}
              />
            </TitleAndTextFields>
            <AudienceField
              box={audience}
              value={content.audience}
              error={errors.audience}
              hint={audienceHint(content.audience.kind, recipients)}
              onChange={(value) => change({ audience: value })}
            />
            <PriorityField value={content.priority} onChange={(priority) => change({ priority })} />
            <WhenFields
              content={content}
              errors={errors}
              sendAtRef={sendAt}
              expiresAtRef={expiresAt}
              onChange={change}
            />
            <div className="border-t border-line pt-5">
              <Switch
                label={t`Ask people to acknowledge`}
                hint={t`They see a button. You see which people have not pressed it, and you can remind them.`}
                checked={content.needsAcknowledgement}
                onChange={(needsAcknowledgement) => change({ needsAcknowledgement })}
              />
            </div>
          </form>
          <NoticePreview
            notice={{ ...content, expiresAt: expiryOf(content) }}
            author={user}
            device={device}
            onDevice={setDevice}
          />
        </ComposeLayout>
      </DropZone>
      <ComposeFoot>{actions}</ComposeFoot>
      {asking === 'send' && (
        <SendDialog
          session={session}
          onSent={sent}
          onRefused={(problem) => show(errorsOf(problem))}
          onClose={() => setAsking(null)}
        />
      )}
      <DiscardDialog
        open={asking === 'discard'}
        id={draft.id}
        onDone={() => leave(t`Draft deleted.`)}
        onClose={() => setAsking(null)}
      />
    </>
  )
}

/** Returns the time of expiry; null when there is none or it is not complete. */
const expiryOf = ({ doesExpire, expiresAt, timeZone }: DraftContent): string | null =>
  (doesExpire && instantOf(expiresAt, timeZone)?.iso) || null

function submitLabel(isLater: boolean, recipients: number | null): string {
  if (!recipients) return isLater ? t`Schedule` : t`Send`
  return isLater
    ? plural(recipients, { one: 'Schedule to # person', other: 'Schedule to # people' })
    : plural(recipients, { one: 'Send to # person', other: 'Send to # people' })
}

/** Says how many people would get the broadcast, once that is counted, and how the kind of audience works. */
function audienceHint(kind: BroadcastAudience['kind'], recipients: number | null): string {
  const hint = i18n._(HINTS[kind])
  if (recipients === null) return hint
  return plural(recipients, { one: `# person would get it now. ${hint}`, other: `# people would get it now. ${hint}` })
}

const HINTS: Record<BroadcastAudience['kind'], MessageDescriptor> = {
  everybody: msg`People who join later see it too, but they are not counted.`,
  roles: msg`All people with one of these roles at the time of sending, without you.`,
  groups: msg`A person in more than one of them gets it once.`,
  people: msg`Only they see it.`,
}
