import { plural, t } from '@lingui/core/macro'
import { LIMITS, type Group, type Problem, type User } from 'backend/contract'
import { useState } from 'react'
import { problemText } from '../lib/problemText.ts'
import { addMembers } from './group.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { isMemberOf } from './groups.store.ts'
import { PeoplePicker } from '../people/PeoplePicker.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Refusal } from '../ui/Refusal.tsx'

interface AddPeopleDialogProps {
  conversationId: string
  group: Group
  onClose: () => void
}

/** Adds people to a group. */
export function AddPeopleDialog({ conversationId, group, onClose }: AddPeopleDialogProps) {
  const [chosen, setChosen] = useState<User[]>([])
  const [pending, setPending] = useState(false)
  const [tried, setTried] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const room = LIMITS.groupMembersMax - group.memberCount

  async function add(): Promise<void> {
    setTried(true)
    if (chosen.length === 0) return
    setPending(true)
    try {
      await addMembers(
        conversationId,
        chosen.map(({ id }) => id),
      )
      onClose()
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  return (
    <Dialog open onClose={onClose} title={t`Add people`} size="screen">
      <PeoplePicker
        chosen={chosen}
        onChosen={setChosen}
        max={Math.min(room, LIMITS.groupAddMax)}
        excluded={(id) => (isMemberOf(conversationId, id) ? t`Already in the group` : null)}
      />
      <div className="border-t border-line p-4">
        <p className="mb-3 text-cap text-muted">
          {group.history === 'all' ? t`They will see all earlier messages.` : t`They will see new messages only.`}
        </p>
        <Refusal className="mb-3">{tried && chosen.length === 0 && t`Choose at least one person.`}</Refusal>
        <Refusal className="mb-3">{problem && problemText(problem)}</Refusal>
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            {t`Cancel`}
          </Button>
          <Button variant="primary" pending={pending} onClick={() => void add()}>
            {chosen.length > 1 ? plural(chosen.length, { one: 'Add # person', other: 'Add # people' }) : t`Add`}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
