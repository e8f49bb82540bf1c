import { plural, t } from '@lingui/core/macro'
import { isEmptyText, LIMITS, type OwnUser, type Problem } from 'backend/contract'
import { CircleCheck } from 'lucide-react'
import { useState, type SubmitEvent } from 'react'
import { fieldErrorText } from '../lib/fieldErrorText.ts'
import { problemText } from '../lib/problemText.ts'
import { me } from '../accounts/session.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { useSession } from '../accounts/session.store.ts'
import { PictureEditor } from '../pictures/PictureEditor.tsx'
import { Avatar } from '../people/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { TextAreaField, TextField } from '../ui/Field.tsx'
import { useDraft, type FormDraft } from '../drafts/useDraft.ts'
import { saveVersioned } from '../drafts/versionedSave.action.ts'
import { VersionConflict } from '../drafts/VersionConflict.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Refusal } from '../ui/Refusal.tsx'

const FIELDS = ['fullName', 'statusText', 'bio'] as const
type FieldName = (typeof FIELDS)[number]
type Fields = Record<FieldName, string>

/** The key of the draft. */
const PROFILE = 'profile'

/** Edits the user's picture, name, status and bio. A button saves name, status and bio together. */
export function ProfilePanel({ user }: { user: OwnUser }) {
  const { draft, fields, set, changed, tooLong, state, problem, save, reset } = useProfile(user)
  function error(name: FieldName): string | undefined {
    const refused = problem?.errors?.find(({ field }) => field === name)
    return tooLong(name) ?? (refused && fieldErrorText(refused))
  }

  const bioMax = LIMITS.bioMax
  const reason = problem && !problem.errors ? problemText(problem) : null

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    void save()
  }

  return (
    <section className="panel p-5 max-md:p-4" aria-labelledby="settings-section">
      <div className="lg:grid lg:grid-cols-[220px_minmax(0,1fr)] lg:gap-8">
        <div>
          <PictureEditor
            owner="me"
            shape="round"
            face={<Avatar user={user} size={96} />}
            hasPicture={user.picture !== null}
            onChanged={() => void me().then(useSession.getState().userChanged, () => {})}
          />
        </div>
        <form data-draft={PROFILE} className="space-y-4 max-lg:mt-5" noValidate onSubmit={submit}>
          <TextField
            label={t`Full name`}
            autoComplete="name"
            value={fields.fullName}
            error={isEmptyText(fields.fullName) ? t`Your name cannot be empty.` : error('fullName')}
            onChange={(event) => set('fullName', event.target.value)}
          />
          <TextField
            label={t`Status`}
            autoComplete="off"
            placeholder={t`At the front desk until 15:00`}
            hint={t`Shown next to your name in groups and lists.`}
            value={fields.statusText}
            error={error('statusText')}
            onChange={(event) => set('statusText', event.target.value)}
          />
          <TextAreaField
            label={t`About you`}
            rows={4}
            hint={t`Shown on your profile. Up to ${bioMax} characters.`}
            value={fields.bio}
            error={error('bio')}
            onChange={(event) => set('bio', event.target.value)}
          />
          <VersionConflict draft={draft} saved={user} />
          <Refusal>{reason !== null && t`Not saved. ${reason}`}</Refusal>
          <div
            className={`flex min-h-11 flex-wrap items-center gap-2 ${changed ? 'sticky bottom-0 z-10 bg-base-100 py-2' : ''}`}
          >
            <Button type="submit" variant="primary" size="sm" pending={state === 'saving'}>
              {t`Save`}
            </Button>
            {changed && (
              <Button variant="ghost" size="sm" onClick={reset}>
                {t`Cancel`}
              </Button>
            )}
            <span role="status" className="flex items-center gap-1.5 text-sec text-muted">
              {changed && state !== 'saving' && t`Unsaved changes`}
              {!changed && state === 'saved' && (
                <>
                  <Icon icon={CircleCheck} size={16} className="text-ok-ink" /> {t`Saved`}
                </>
              )}
            </span>
          </div>
        </form>
      </div>
      <dl className="mt-5 grid gap-3 border-t border-line pt-4 md:grid-cols-2">
        {(
          [
            [t`Username`, user.username],
            [t`E-mail`, user.email],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt className="field-label">{name}</dt>
            <dd className="mt-0.5 text-msg wrap-anywhere">
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <p className="field-hint mt-3">
        {t`Everyone on this server sees your picture, name, username, status and the text about you. Only you see your e-mail address.`}
      </p>
    </section>
  )
}

const MAXIMA: Record<FieldName, number> = {
  fullName: LIMITS.fullNameMax,
  statusText: LIMITS.statusTextMax,
  bio: LIMITS.bioMax,
}

interface ProfileForm {
  draft: FormDraft<FieldName>
  fields: Fields
  changed: boolean
  state: 'idle' | 'saving' | 'saved'
  problem: Problem | null
  /** Returns a sentence when the field is too long. */
  tooLong: (name: FieldName) => string | undefined
  save: () => Promise<void>
  set: (name: FieldName, text: string) => void
  /** Drops the unsaved changes. */
  reset: () => void
}

/** Holds the unsaved changes of the profile and saves them. */
function useProfile(user: OwnUser): ProfileForm {
  const draft = useDraft(PROFILE, { fullName: user.fullName, statusText: user.statusText, bio: user.bio })
  const [state, setState] = useState<'idle' | 'saving' | 'saved'>('idle')
  const [problem, setProblem] = useState<Problem | null>(null)
  const fields: Fields = draft.values
  const changes = FIELDS.filter((name) => fields[name].trim() !== user[name])
  const changed = changes.length > 0

  function tooLong(name: FieldName): string | undefined {
    const over = [...fields[name].trim()].length - MAXIMA[name]
    return over > 0
      ? plural(over, { one: 'Shorten it by # character.', other: 'Shorten it by # characters.' })
      : undefined
  }

  async function save(): Promise<void> {
    if (!changed) setState('saved')
    if (draft.conflicts.length > 0) return
    if (state === 'saving' || !changed || isEmptyText(fields.fullName) || FIELDS.some(tooLong)) return
    setState('saving')
    setProblem(null)
    try {
      const texts = Object.fromEntries(changes.map((name) => [name, fields[name].trim()]))
      const isSaved = await saveVersioned({
        known: user,
        send: ({ profileRevision }) => useSession.getState().update({ ...texts, fromRevision: profileRevision }),
        async reread() {
          const now = await me()
          useSession.getState().ownUserChanged(now)
          return now
        },
        isConflict: (now) => draft.conflictsWith(now),
      })
      if (isSaved) draft.clear()
      setState(isSaved ? 'saved' : 'idle')
    } catch (error) {
      setProblem(asProblem(error))
      setState('idle')
    }
  }

  return {
    fields,
    changed,
    state,
    problem,
    tooLong,
    save,
    draft,
    set: (name: FieldName, text: string) => draft.change({ [name]: text }),
    reset: () => {
      draft.clear()
      setProblem(null)
    },
  }
}
