import { LIMITS, type GroupHistory, type Problem, type User } from 'backend/contract'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { createGroup } from './group.api.ts'
import { putPicture } from '../pictures/picture.api.ts'
import { newId } from '../lib/newId.ts'
import { asProblem } from '../connection/problem.model.ts'
import { takeGroup } from './groups.store.ts'
import { PeoplePicker } from '../people/PeoplePicker.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { showToast } from '../ui/toast.store.ts'
import { NewGroupForm, type ChosenPicture } from './NewGroupForm.tsx'

/** Begins a group in two steps: who is in it, and what it is called. Fills the screen of a phone. */
export function NewGroupDialog({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate()
  const [step, setStep] = useState<'people' | 'name'>('people')
  const [chosen, setChosen] = useState<User[]>([])
  /** The same for each attempt, so that a repeat after a lost answer begins no second group. */
  const [clientGroupId] = useState(newId)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

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
      const { id } = await takeGroup(
        createGroup({ ...rest, memberIds: chosen.map((person) => person.id), clientGroupId }),
      )
      if (picture) await putPicture({ groupId: id }, picture.file, picture.crop, () => {}).catch(pictureFailed)
      onClose()
      await navigate(`/c/${id}`)
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  return (
    <Dialog open onClose={onClose} title={step === 'people' ? 'New group' : 'Name the group'} size="screen">
      {step === 'people' ? (
        <>
          <PeoplePicker chosen={chosen} onChosen={setChosen} max={LIMITS.groupMembersMax - 1} />
          <div className="flex items-center justify-between gap-2 border-t border-line p-4">
            <span className="text-sec text-muted" role="status">
              {chosen.length === 0 ? 'Nobody chosen yet' : `${chosen.length} chosen`}
            </span>
            <Button variant="primary" onClick={() => setStep('name')}>
              {chosen.length === 0 ? 'Skip' : 'Next'}
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

/** The group is there all the same. */
function pictureFailed(error: unknown): void {
  showToast(`The picture could not be uploaded. ${asProblem(error).detail}`, 'error')
}
