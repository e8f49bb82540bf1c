import { LIMITS, type Retention, type RetentionAction, type RetentionCount, type RetentionRule } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { countOldMessages } from '../shared/admin.api.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { AdminPanel } from '../shared/AdminBody.tsx'
import { Choice } from '../shared/Choice.tsx'
import { FormAlert } from '../shared/FormAlert.tsx'
import { SaveState } from '../shared/SaveState.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'
import { countsLabel, KINDS, totalOf } from './retention.format.ts'

interface RetentionFormProps {
  saved: Retention
  onSave: (retention: Retention) => Promise<void>
}

type Typed = Record<keyof Retention, { keeps: Keeps; days: string; action: RetentionAction }>
type Keeps = 'ever' | 'days'

/** A rule for each kind of conversation. Before it is saved, it is said how many messages would go by it. */
export function RetentionForm({ saved, onSave }: RetentionFormProps) {
  const [typed, setTyped] = useState(() => typedOf(saved))
  const [tried, setTried] = useState(false)
  const [isSaved, setIsSaved] = useState(false)
  const [counted, setCounted] = useState<{ rules: Retention; counts: RetentionCount; thenSave: boolean } | null>(null)
  const counting = useAsyncAction()
  const saving = useAsyncAction()
  const rules = rulesOf(typed)

  async function look(thenSave: boolean): Promise<void> {
    setTried(true)
    if (!rules) return
    setIsSaved(false)
    await counting.run(async () => {
      const counts = await countOldMessages(rules)
      // Nothing goes by it: there is nothing to ask.
      if (thenSave && totalOf(counts) === 0) await keep(rules)
      else setCounted({ rules, counts, thenSave })
    })
  }

  async function keep(wanted: Retention): Promise<void> {
    await onSave(wanted)
    setIsSaved(true)
    setCounted(null)
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    void look(true)
  }

  return (
    <AdminPanel
      title="How long messages are kept"
      about="Older messages go by themselves, some at a time, and their files with them. Others see that something was there."
    >
      <form noValidate className="mt-4 space-y-4" onSubmit={submit}>
        {KINDS.map(({ kind, label }) => (
          <RuleFields
            key={kind}
            label={label}
            typed={typed[kind]}
            tried={tried}
            onChange={(part) => setTyped({ ...typed, [kind]: { ...typed[kind], ...part } })}
          />
        ))}
        <FormAlert lead="Not saved." problem={counting.problem} />
        <div className="flex min-h-11 flex-wrap items-center gap-2">
          <Button type="submit" variant="primary" size="sm" pending={counting.pending}>
            Save
          </Button>
          <Button size="sm" onClick={() => void look(false)}>
            Count what would go
          </Button>
          <SaveState
            isChanged={JSON.stringify(rules) !== JSON.stringify(inOrder(saved))}
            isSaved={isSaved}
            pending={counting.pending}
          />
        </div>
        {counted && !counted.thenSave && (
          <p role="status" className="text-ui">
            By these rules, {countsLabel(counted.counts)} would go now. Nothing was changed.
          </p>
        )}
      </form>
      <ConfirmDialog
        open={counted?.thenSave === true}
        danger
        title="Save these rules?"
        confirmLabel="Save rules"
        pending={saving.pending}
        problem={saving.problem}
        onConfirm={() => void (counted && saving.run(() => keep(counted.rules)))}
        onClose={() => setCounted(null)}
      >
        {counted && (
          <p>
            By these rules, {countsLabel(counted.counts)} go the next time old messages are removed. What is deleted,
            and not archived, cannot be brought back.
          </p>
        )}
      </ConfirmDialog>
    </AdminPanel>
  )
}

interface RuleFieldsProps {
  label: string
  typed: Typed[keyof Retention]
  tried: boolean
  onChange: (part: Partial<Typed[keyof Retention]>) => void
}

function RuleFields({ label, typed: { keeps, days, action }, tried, onChange }: RuleFieldsProps) {
  return (
    <fieldset className="rule-fields">
      <legend className="field-label">{label}</legend>
      <Choice
        quiet
        label={`${label}: keep`}
        value={keeps}
        options={KEEPS}
        onChange={(next) => onChange({ keeps: next })}
      />
      {keeps === 'days' && (
        <>
          <TextField
            label="Days"
            aria-label={`${label}: days`}
            inputMode="numeric"
            autoComplete="off"
            value={days}
            error={tried && daysOf(days) === null ? `A number from 1 to ${LIMITS.retentionDaysMax}.` : undefined}
            onChange={(event) => onChange({ days: event.target.value })}
          />
          <Choice label="Then" value={action} options={ACTIONS} onChange={(next) => onChange({ action: next })} />
        </>
      )}
    </fieldset>
  )
}

const KEEPS: { value: Keeps; label: string }[] = [
  { value: 'ever', label: 'Keep for ever' },
  { value: 'days', label: 'Keep for some days' },
]

const ACTIONS: { value: RetentionAction; label: string }[] = [
  { value: 'archive', label: 'Archive, then delete' },
  { value: 'delete', label: 'Delete' },
]

const typedOf = ({ direct, group, broadcast }: Retention): Typed => ({
  direct: typedRule(direct),
  group: typedRule(group),
  broadcast: typedRule(broadcast),
})

function typedRule(rule: RetentionRule): Typed[keyof Retention] {
  const { days, action } = compared(rule)
  return { keeps: days === null ? 'ever' : 'days', days: String(days ?? 365), action }
}

/** Null: a number of days is not one. */
function rulesOf(typed: Typed): Retention | null {
  const one = ({ keeps, days, action }: Typed[keyof Retention]): RetentionRule => ({
    days: keeps === 'ever' ? null : daysOf(days),
    action,
  })
  if (Object.values(typed).some(({ keeps, days }) => keeps === 'days' && daysOf(days) === null)) return null
  return inOrder({ direct: one(typed.direct), group: one(typed.group), broadcast: one(typed.broadcast) })
}

function daysOf(text: string): number | null {
  const days = /^\d{1,6}$/u.test(text.trim()) ? Number(text) : 0
  return days >= 1 && days <= LIMITS.retentionDaysMax ? days : null
}

const inOrder = ({ direct, group, broadcast }: Retention): Retention => ({
  direct: compared(direct),
  group: compared(group),
  broadcast: compared(broadcast),
})

/** What is kept for ever is not asked what becomes of it. */
const compared = ({ days, action }: RetentionRule): RetentionRule => ({
  days,
  action: days === null ? 'archive' : action,
})
