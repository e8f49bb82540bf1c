import { t } from '@lingui/core/macro'
import type { EditGroupInput, Group, Problem } from 'backend/contract'
import { Users } from 'lucide-react'
import { useState, type SubmitEvent } from 'react'
import { problemText } from '../lib/problemText.ts'
import { editGroup } from './group.api.ts'
import { getChat } from '../conversations/conversation.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { takeGroup } from './groups.store.ts'
import { PictureEditor } from '../pictures/PictureEditor.tsx'
import { RoomAvatar } from '../people/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { CancelButton, Dialog } from '../ui/Dialog.tsx'
import { Refusal } from '../ui/Refusal.tsx'
import { AboutGroupFields } from './AboutGroupFields.tsx'
import { saveVersioned } from '../drafts/versionedSave.action.ts'
import { VersionConflict } from '../drafts/VersionConflict.tsx'
import { useAboutGroup } from './useAboutGroup.ts'

interface EditGroupDialogProps {
  conversationId: string
  group: Group
  onClose: () => void
}

/** Edits a group's name, description, picture, and what new members see. For admins of the group. */
export function EditGroupDialog({ conversationId, group, onClose }: EditGroupDialogProps) {
  const about = useAboutGroup(`group:${conversationId}`, group)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function save(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const next = about.checked()
    if (!next || pending || about.draft.conflicts.length > 0) return
    setPending(true)
    setProblem(null)
    try {
      const changes: EditGroupInput = {
        ...(next.name !== group.name && { name: next.name }),
        ...(next.description !== group.description && { description: next.description }),
        ...(next.history !== group.history && { history: next.history }),
      }
      const isSaved =
        Object.keys(changes).length === 0 ||
        (await saveVersioned({
          known: group,
          send: ({ revision }) => takeGroup(editGroup(conversationId, { ...changes, fromRevision: revision })),
          reread: async () => (await takeGroup(getChat(conversationId))).group ?? group,
          isConflict: (now) => about.draft.conflictsWith(now),
        }))
      if (isSaved) {
        about.draft.clear()
        onClose()
      }
    } catch (error) {
      setProblem(asProblem(error))
    }
    setPending(false)
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Edit group`}
      size="wide"
      unsaved={about.draft.isChanged}
      onDiscard={about.draft.clear}
    >
      <form
        data-draft={`group:${conversationId}`}
        className="mt-4 space-y-4"
        noValidate
        onSubmit={(event) => void save(event)}
      >
        <PictureEditor
          owner={{ groupId: conversationId }}
          shape="square"
          face={<RoomAvatar icon={Users} name={group.name} id={conversationId} picture={group.picture} size={72} />}
          hasPicture={group.picture !== null}
          onChanged={() => void takeGroup(getChat(conversationId)).catch(() => {})}
        />
        <AboutGroupFields {...about} />
        <VersionConflict draft={about.draft} saved={group} />
        <p className="field-hint">{t`This applies to new members. Current members see what they saw before.`}</p>
        <Refusal>{problem && problemText(problem)}</Refusal>
        <div className="flex justify-end gap-2">
          <CancelButton />
          <Button type="submit" variant="primary" size="sm" pending={pending}>
            {t`Save`}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
