import { plural, t } from '@lingui/core/macro'
import { LIMITS, type GroupHistory, type Problem, type User } from 'backend/contract'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { createGroup } from './group.api.ts'
import { putPicture } from '../pictures/picture.api.ts'
import { newId } from '../lib/newId.ts'
import { asProblem, errorText } from '../connection/problem.model.ts'
import { takeGroup } from './groups.store.ts'
import { PeoplePicker } from '../people/PeoplePicker.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { showToast } from '../ui/toast.store.ts'
import { useDrafts } from '../drafts/drafts.store.ts'
import { NEW_GROUP, NewGroupForm, type ChosenPicture } from './NewGroupForm.tsx'

/** Creates a group in two steps: people, then name. */
export function NewGroupDialog({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate()
  const [step, setStep] = useState<'people' | 'name'>('people')
  const [chosen, setChosen] = useState<User[]>([])
  /** The same for each attempt, so that a repeat after a lost answer does not create a second group. */
  const [clientGroupId] = useState(newId)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  const unsaved = useDrafts(({ drafts }) => NEW_GROUP in drafts)

  async function create(about: {
    name: string
    description: string
    history: GroupHistory
    picture: ChosenPicture | null
  }): Promise<void> {
    const { picture, ...rest } = about
    setPending(true)
    setProblem(null)
    try {
      const { id } = await takeGroup(createGroup({ ...rest, memberIds: chosen.map((user) => user.id), clientGroupId }))
      if (picture) await putPicture({ groupId: id }, picture.file, picture.crop, () => {}).catch(pictureFailed)
      discard()
      onClose()
      await navigate(`/c/${id}`)
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={step === 'people' ? t`New group` : t`Name the group`}
      size="screen"
      unsaved={unsaved}
      onDiscard={discard}
    >
      {step === 'people' ? (
        <>
          <PeoplePicker chosen={chosen} onChosen={setChosen} max={LIMITS.groupMembersMax - 1} />
          <div className="flex items-center justify-between gap-2 border-t border-line p-4">
            <span className="text-sec text-muted" role="status">
              {chosen.length === 0
                ? t`No people chosen`
                : plural(chosen.length, { one: '# chosen', other: '# chosen' })}
            </span>
            <Button variant="primary" onClick={() => setStep('name')}>
              {chosen.length === 0 ? t`Skip` : t`Next`}
            </Button>
          </div>
        </>
      ) : (
        <NewGroupForm
          memberCount={chosen.length + 1}
          pending={pending}
          problem={problem}
          onBack={() => setStep('people')}
          onSubmit={(about) => void create(about)}
        />
      )}
    </Dialog>
  )
}

/** Says that the picture failed. The group exists all the same. */
function pictureFailed(error: unknown): void {
  const reason = errorText(error)
  showToast(t`The picture could not be uploaded. ${reason}`, 'error')
}

const discard = (): void => useDrafts.getState().setDraft(NEW_GROUP, '')
