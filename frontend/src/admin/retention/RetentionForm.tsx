import { i18n } from '@lingui/core'
import { t } from '@lingui/core/macro'
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

/** Edits the rule for each kind of conversation. Before the admin saves, it shows how many messages would go. */
export function RetentionForm({ saved, onSave }: RetentionFormProps) {
  const [typed, setTyped] = useState(() => typedOf(saved))
  const [shown, setShown] = useState(saved)
  const [tried, setTried] = useState(false)
  const [isSaved, setIsSaved] = useState(false)
  const [counted, setCounted] = useState<{ rules: Retention; counts: RetentionCount; thenSave: boolean } | null>(null)
  const counting = useAsyncAction()
  const saving = useAsyncAction()
  // Another admin changed the rules: the fields show the new ones, and the refusal says so.
  if (saved !== shown && JSON.stringify(saved) !== JSON.stringify(shown)) {
    setShown(saved)
    setTyped(typedOf(saved))
  }
  const rules = rulesOf(typed)
  const goes = counted ? countsLabel(counted.counts) : ''

  async function look(thenSave: boolean): Promise<void> {
    setTried(true)
    if (!rules) return
    setIsSaved(false)
    await counting.run(async () => {
      const counts = await countOldMessages(rules)
      // No message would go, so there is no question to ask.
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
      title={t`How long messages are kept`}
      about={t`The server removes older messages and their files step by step. People see that a message was there.`}
    >
      <form noValidate className="mt-4 space-y-4" onSubmit={submit}>
        {KINDS.map(({ kind, label }) => (
          <RuleFields
            key={kind}
            label={i18n._(label)}
            typed={typed[kind]}
            tried={tried}
            onChange={(part) => setTyped({ ...typed, [kind]: { ...typed[kind], ...part } })}
          />
        ))}
        <FormAlert lead={t`Not saved.`} problem={counting.problem} />
        <div className="flex min-h-11 flex-wrap items-center gap-2">
          <Button type="submit" variant="primary" size="sm" pending={counting.pending}>
            {t`Save`}
          </Button>
          <Button size="sm" onClick={() => void look(false)}>
            {t`Count the messages`}
          </Button>
          <SaveState
            isChanged={JSON.stringify(rules) !== JSON.stringify(inOrder(saved))}
            isSaved={isSaved}
            pending={counting.pending}
          />
        </div>
        {counted && !counted.thenSave && (
          <p role="status" className="text-ui">
            {t`By these rules, ${goes} would go now. Nothing was changed.`}
          </p>
        )}
      </form>
      <ConfirmDialog
        open={counted?.thenSave === true}
        danger
        title={t`Save these rules?`}
        confirmLabel={t`Save rules`}
        pending={saving.pending}
        problem={saving.problem}
        onConfirm={() => void (counted && saving.run(() => keep(counted.rules)))}
        onClose={() => setCounted(null)}
      >
        {counted && (
          <p>
            {t`By these rules, ${goes} go at the next removal of old messages. Messages that are deleted and not archived cannot be restored.`}
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
  const most = LIMITS.retentionDaysMax
  return (
    <fieldset className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-3 gap-y-2 md:grid-cols-[200px_120px_220px]">
      <legend className="field-label mb-1.5">{label}</legend>
      <Choice
        quiet
        // In line with the fields that have a label above them.
        className={keeps === 'days' ? 'md:pt-6' : ''}
        label={t`${label}: keep`}
        value={keeps}
        options={keepOptions()}
        onChange={(next) => onChange({ keeps: next })}
      />
      {keeps === 'days' && (
        <>
          <TextField
            label={t`Days`}
            aria-label={t`${label}: days`}
            inputMode="numeric"
            autoComplete="off"
            value={days}
            error={tried && daysOf(days) === null ? t`A number from 1 to ${most}.` : undefined}
            onChange={(event) => onChange({ days: event.target.value })}
          />
          <Choice
            label={t`Then`}
            value={action}
            options={actionOptions()}
            onChange={(next) => onChange({ action: next })}
          />
        </>
      )}
    </fieldset>
  )
}

const keepOptions = (): { value: Keeps; label: string }[] => [
  { value: 'ever', label: t`Keep for ever` },
  { value: 'days', label: t`Keep for some days` },
]

const actionOptions = (): { value: RetentionAction; label: string }[] => [
  { value: 'archive', label: t`Archive, then delete` },
  { value: 'delete', label: t`Delete` },
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

/** Returns the rules of the form; null when a number of days is not valid. */
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

/** Returns a rule in the form in which rules are compared: the action counts only with a number of days. */
const compared = ({ days, action }: RetentionRule): RetentionRule => ({
  days,
  action: days === null ? 'archive' : action,
})
