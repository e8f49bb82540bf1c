import { t } from '@lingui/core/macro'
import { LIMITS, type AccountInvite, type CreatedAccountInvite } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { createAccountInvite } from '../shared/admin.api.ts'
import { Button } from '../../ui/Button.tsx'
import { useDrafts } from '../../drafts/drafts.store.ts'
import { useDraft } from '../../drafts/useDraft.ts'
import { CancelButton, Dialog } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Choice } from '../shared/Choice.tsx'
import { tooLong } from '../shared/text.validation.ts'
import { FormAlert } from '../shared/FormAlert.tsx'
import { OnceLink } from '../shared/OnceLink.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'

/** The key of the draft of a new link. */
const NEW_INVITE = 'invite:new'
const BLANK = { note: '' }

/** Creates an invite link, and shows it once. */
export function NewInviteDialog({ onMade, onClose }: { onMade: (invite: AccountInvite) => void; onClose: () => void }) {
  const [made, setMade] = useState<CreatedAccountInvite | null>(null)
  const unsaved = useDrafts(({ drafts }) => NEW_INVITE in drafts)
  return (
    <Dialog
      open
      onClose={onClose}
      title={made ? t`The invite link` : t`New invite link`}
      size="wide"
      unsaved={unsaved}
      onDiscard={discard}
    >
      {made ? (
        <>
          <div className="mt-4">
            <OnceLink
              label={t`Invite link`}
              path={`/signup?invite=${encodeURIComponent(made.token)}`}
              hint={t`It is shown only here and now. Each person who has it can make an account.`}
            />
          </div>
          <div className="mt-5 flex justify-end">
            <Button size="sm" onClick={onClose}>
              {t`Done`}
            </Button>
          </div>
        </>
      ) : (
        <Form
          onMade={(invite) => {
            const { token: _, ...kept } = invite
            discard()
            onMade(kept)
            setMade(invite)
          }}
        />
      )}
    </Dialog>
  )
}

function Form({ onMade }: { onMade: (invite: CreatedAccountInvite) => void }) {
  const draft = useDraft(NEW_INVITE, BLANK)
  const { note } = draft.values
  const [seconds, setSeconds] = useState<Lifetime>('604800')
  const [uses, setUses] = useState('')
  const [tried, setTried] = useState(false)
  const { pending, problem, run } = useAsyncAction()
  const noteError = tooLong(note, LIMITS.inviteNoteMax)
  const most = LIMITS.inviteUsesMax
  const maxUses = uses.trim() === '' ? null : Number(uses)
  const usesError =
    maxUses !== null && !(Number.isInteger(maxUses) && maxUses >= 1 && maxUses <= most)
      ? t`A number from 1 to ${most}, or nothing.`
      : undefined

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    setTried(true)
    if (noteError || usesError) return
    await run(async () =>
      onMade(
        await createAccountInvite({
          note: note.trim(),
          expiresInSeconds: seconds === '' ? null : Number(seconds),
          maxUses,
        }),
      ),
    )
  }

  return (
    <form noValidate className="mt-4 space-y-4" onSubmit={(event) => void submit(event)}>
      <TextField
        label={t`Note`}
        placeholder={t`Parents of year 5`}
        hint={t`Only admins see it, to tell this link from others.`}
        autoComplete="off"
        value={note}
        error={noteError}
        onChange={(event) => draft.change({ note: event.target.value })}
      />
      <Choice label={t`It works for`} value={seconds} options={lifetimeOptions()} onChange={setSeconds} />
      <TextField
        label={t`How many may use it`}
        inputMode="numeric"
        placeholder={t`No limit`}
        autoComplete="off"
        value={uses}
        error={tried ? usesError : undefined}
        onChange={(event) => setUses(event.target.value)}
      />
      <FormAlert lead={t`No link was made.`} problem={problem} />
      <div className="flex justify-end gap-2">
        <CancelButton />
        <Button type="submit" variant="primary" size="sm" pending={pending}>
          {t`Make a link`}
        </Button>
      </div>
    </form>
  )
}

type Lifetime = '86400' | '604800' | '2592000' | ''

const lifetimeOptions = (): { value: Lifetime; label: string }[] => [
  { value: '86400', label: t`1 day` },
  { value: '604800', label: t`7 days` },
  { value: '2592000', label: t`30 days` },
  { value: '', label: t`Until an admin revokes it` },
]

const discard = (): void => useDrafts.getState().setDraft(NEW_INVITE, '')
