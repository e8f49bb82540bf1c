import { LIMITS, type EditGroupInput, type Group, type Problem } from 'backend/contract'
import { Users } from 'lucide-react'
import { useState, type SubmitEvent } from 'react'
import { editGroup, getChat } from '../../lib/api.ts'
import { asProblem } from '../../lib/problem.ts'
import { takeGroup } from '../../store/groups.ts'
import { PictureEditor } from '../people/PictureEditor.tsx'
import { RoomAvatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { TextAreaField, TextField } from '../ui/Field.tsx'
import { checkDescription, checkName } from './checks.ts'
import { HistoryChoice } from './HistoryChoice.tsx'

interface EditGroupDialogProps {
  conversationId: string
  group: Group
  onClose: () => void
}

/** Name, description, picture, and what new members see; for admins of the group. */
export function EditGroupDialog({ conversationId, group, onClose }: EditGroupDialogProps) {
  const [name, setName] = useState(group.name)
  const [description, setDescription] = useState(group.description)
  const [history, setHistory] = useState(group.history)
  const [tried, setTried] = useState(false)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const errors = { name: checkName(name), description: checkDescription(description) }

  async function save(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    setTried(true)
    if (errors.name || errors.description || pending) return
    setPending(true)
    try {
      const changes: EditGroupInput = {
        ...(name.trim() !== group.name && { name: name.trim() }),
        ...(description.trim() !== group.description && { description: description.trim() }),
        ...(history !== group.history && { history }),
      }
      if (Object.keys(changes).length > 0) await takeGroup(editGroup(conversationId, changes))
      onClose()
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  return (
    <Dialog open onClose={onClose} title="Edit group" size="wide">
      <form className="mt-4 space-y-4" noValidate onSubmit={(event) => void save(event)}>
        <PictureEditor
          owner={{ groupId: conversationId }}
          shape="square"
          face={<RoomAvatar icon={Users} id={conversationId} picture={group.picture} size={72} />}
          hasPicture={group.picture !== null}
          onChanged={() => void takeGroup(getChat(conversationId)).catch(() => {})}
        />
        <TextField
          data-autofocus
          label="Name"
          autoComplete="off"
          value={name}
          error={tried ? errors.name : undefined}
          onChange={(event) => setName(event.target.value)}
        />
        <TextAreaField
          label="Description"
          rows={3}
          value={description}
          hint={`Up to ${LIMITS.groupDescriptionMax} characters.`}
          error={tried ? errors.description : undefined}
          onChange={(event) => setDescription(event.target.value)}
        />
        <HistoryChoice value={history} onChange={setHistory} />
        <p className="field-hint">For those who join from now on: who is in already sees what they saw.</p>
        {problem && (
          <p role="alert" className="text-sec font-medium text-err-ink">
            {problem.detail}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" size="sm" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" size="sm" pending={pending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
