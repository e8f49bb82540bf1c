import { t } from '@lingui/core/macro'
import type { Broadcast, OwnUser, Problem } from 'backend/contract'
import { Check } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { reviseBroadcast } from '../shared/broadcast.api.ts'
import { asProblem } from '../../../connection/problem.model.ts'
import { problemText } from '../../../lib/problemText.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { useDraft } from '../../../drafts/useDraft.ts'
import { VersionConflict } from '../../../drafts/VersionConflict.tsx'
import { Button } from '../../../ui/Button.tsx'
import { Refusal } from '../../../ui/Refusal.tsx'
import { showToast } from '../../../ui/toast.store.ts'
import { checkText, errorsOf, type BroadcastErrors } from './broadcast.validation.ts'
import { CheckRow } from './CheckRow.tsx'
import { ComposeHeader } from './ComposeHeader.tsx'
import { ComposeFoot, ComposeLayout } from './ComposeLayout.tsx'
import { TitleAndTextFields } from './TitleAndTextFields.tsx'
import { NoticePreview, type PreviewDevice } from './NoticePreview.tsx'

/** Changes the text of a broadcast that was sent. */
export function ReviseBroadcast({ broadcast, author }: { broadcast: Broadcast; author: OwnUser }) {
  const navigate = useNavigate()
  const back = `/admin/broadcasts/${broadcast.id}`
  const noteId = useId()
  const draft = useDraft(`revision:${broadcast.id}`, { title: broadcast.title, text: broadcast.text })
  const { title, text } = draft.values
  const [isMaterial, setMaterial] = useState(false)
  const [device, setDevice] = useState<PreviewDevice>('phone')
  const [errors, setErrors] = useState<BroadcastErrors>({})
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const titleField = useRef<HTMLInputElement>(null)
  const textField = useRef<HTMLTextAreaElement>(null)
  const { attachments, needsAcknowledgement, revision } = broadcast
  const isSame = title.trim() === broadcast.title && text.trim() === broadcast.text

  function show(found: BroadcastErrors): void {
    setErrors(found)
    if (found.title) titleField.current?.focus()
    else if (found.text) textField.current?.focus()
  }

  async function save(): Promise<void> {
    const found = isSame ? { text: t`Nothing is changed yet.` } : checkText({ title, text, attachments })
    show(found)
    if (found.title ?? found.text ?? draft.conflicts[0]) return
    setPending(true)
    setProblem(null)
    try {
      useBroadcasts.getState().put(
        await reviseBroadcast(broadcast.id, {
          title: title.trim(),
          text: text.trim(),
          isMaterial: isMaterial && needsAcknowledgement,
          fromRevision: revision,
        }),
      )
      draft.clear()
      showToast(t`Changed for everybody who got it.`)
      void navigate(back)
    } catch (error) {
      const refusal = asProblem(error)
      const refused = errorsOf(refusal)
      if (refused.title ?? refused.text) show(refused)
      else setProblem(refusal)
      // The form then shows the text of the other admin, and asks.
      if (refusal.code === 'outdated_revision')
        await useBroadcasts
          .getState()
          .fetch(broadcast.id)
          .catch(() => {})
      setPending(false)
    }
  }

  const action = (
    <Button
      variant="primary"
      size="sm"
      icon={Check}
      className="max-md:grow"
      pending={pending}
      onClick={() => void save()}
    >
      {isMaterial ? t`Change and ask again` : t`Change the text`}
    </Button>
  )

  return (
    <>
      <ComposeHeader title={t`Change the text`} words={t`Text ${revision} was sent`} back={back}>
        {action}
      </ComposeHeader>
      <ComposeLayout device={device}>
        <form
          aria-label={t`Broadcast`}
          className="min-w-0 space-y-5"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <TitleAndTextFields
            title={title}
            text={text}
            errors={errors}
            titleField={titleField}
            textField={textField}
            onTitle={(title) => draft.change({ title })}
            onText={(text) => draft.change({ text })}
          />
          {needsAcknowledgement && (
            <CheckRow className="items-start">
              <input
                type="checkbox"
                className="choice-box mt-0.5"
                aria-label={t`Material change: ask again for acknowledgement`}
                aria-describedby={noteId}
                checked={isMaterial}
                onChange={(event) => setMaterial(event.target.checked)}
              />
              <span>
                <span className="block font-semibold">{t`Material change: ask again for acknowledgement`}</span>
                <span id={noteId} className="field-hint block">
                  {isMaterial
                    ? t`People who have acknowledged it are asked again and see the changes. Their earlier acknowledgement stays on record.`
                    : t`Use it when the meaning changes. Without it the text is corrected, and acknowledgements stay.`}
                </span>
              </span>
            </CheckRow>
          )}
          <p className="field-hint">{t`The announcement shows that it was edited. Earlier texts are kept.`}</p>
          <VersionConflict draft={draft} saved={broadcast} />
          <Refusal>{problem && problemText(problem)}</Refusal>
        </form>
        <NoticePreview notice={{ ...broadcast, title, text }} author={author} device={device} onDevice={setDevice} />
      </ComposeLayout>
      <ComposeFoot>{action}</ComposeFoot>
    </>
  )
}
