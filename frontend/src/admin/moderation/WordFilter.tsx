import { plural, t } from '@lingui/core/macro'
import { codePoints, LIMITS, type FilteredWord, type WordAction } from 'backend/contract'
import { Plus, Trash2 } from 'lucide-react'
import { useRef, useState, type SubmitEvent } from 'react'
import { useServerSettings } from '../shared/useServerSettings.ts'
import { useDraft } from '../../drafts/useDraft.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { AdminPanel } from '../shared/AdminBody.tsx'
import { Choice } from '../shared/Choice.tsx'
import { FormAlert } from '../shared/FormAlert.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'

const BLANK = { word: '' }

/** Edits the words that messages are checked for. Each change is saved at once. */
export function WordFilter() {
  const { settings, problem, retry, save } = useServerSettings()
  if (problem) return <ErrorState title={t`Could not load the word filter`} problem={problem} onRetry={retry} />
  if (!settings) return <SkeletonRows label={t`Loading the word filter`} rows={4} />
  return <Words words={settings.words} onSave={(next) => save('words', next, { isRepeatable: true })} />
}

/** Makes the new words of the saved ones, which another admin may have changed meanwhile. */
type Change = (words: FilteredWord[]) => FilteredWord[]

function Words({ words, onSave }: { words: FilteredWord[]; onSave: (next: Change) => Promise<void> }) {
  const draft = useDraft('filteredWord', BLANK)
  const { word } = draft.values
  const [action, setAction] = useState<WordAction>('refuse')
  const [error, setError] = useState<string>()
  const field = useRef<HTMLInputElement>(null)
  const { pending, problem, run } = useAsyncAction()

  async function add(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const text = word.trim().normalize('NFC')
    const wrong = whyNot(text, words)
    setError(wrong)
    const added = { word: text, action }
    const isDone =
      wrong === undefined && (await run(() => onSave((now) => [...now.filter((one) => !isSameWord(one, text)), added])))
    if (isDone) draft.clear()
    field.current?.focus()
  }

  const change = (next: Change): void => {
    field.current?.focus()
    void run(() => onSave(next))
  }

  return (
    <AdminPanel
      title={t`Word filter`}
      about={t`A message with one of these words is refused, or it is sent and reported here. Capitals and accents make no difference. A * at the end of a word stands for any ending.`}
    >
      <form
        noValidate
        className="mt-4 grid gap-3 md:grid-cols-[minmax(0,1fr)_200px_auto]"
        onSubmit={(event) => void add(event)}
      >
        <TextField
          ref={field}
          label={t`Word or words`}
          placeholder={t`spam*`}
          autoComplete="off"
          autoCapitalize="none"
          value={word}
          error={error}
          onChange={(event) => draft.change({ word: event.target.value })}
        />
        <Choice label={t`What happens`} value={action} options={actionOptions()} onChange={setAction} />
        <Button type="submit" variant="primary" icon={Plus} pending={pending} className="md:mt-6">
          {t`Add`}
        </Button>
      </form>
      <div className="mt-3">
        <FormAlert problem={problem} />
      </div>
      {words.length === 0 ? (
        <p className="mt-3 text-ui text-muted">{t`No words yet.`}</p>
      ) : (
        <ul className="mt-3 divide-y divide-line" aria-label={t`Filtered words`}>
          {words.map((one) => {
            const filtered = one.word
            return (
              <li key={filtered} className="flex min-h-13 flex-wrap items-center gap-2 py-1">
                <span dir="auto" className="min-w-0 grow font-medium wrap-anywhere">
                  {filtered}
                </span>
                <Choice
                  quiet
                  className="w-44"
                  label={t`What happens with ${filtered}`}
                  value={one.action}
                  options={actionOptions()}
                  onChange={(next) =>
                    void run(() =>
                      onSave((now) =>
                        now.map((other) => (isSameWord(other, filtered) ? { ...one, action: next } : other)),
                      ),
                    )
                  }
                />
                <IconButton
                  icon={Trash2}
                  iconSize={18}
                  label={t`Remove ${filtered}`}
                  onClick={() => change((now) => now.filter((other) => !isSameWord(other, filtered)))}
                />
              </li>
            )
          })}
        </ul>
      )}
    </AdminPanel>
  )
}

const actionOptions = (): { value: WordAction; label: string }[] => [
  { value: 'refuse', label: t`Refuse it` },
  { value: 'report', label: t`Report it` },
]

function whyNot(word: string, words: FilteredWord[]): string | undefined {
  if (!/[^\s*]/u.test(word)) return t`Type a word.`
  if (codePoints(word) > LIMITS.filteredWordMax)
    return plural(LIMITS.filteredWordMax, { one: 'At most # character.', other: 'At most # characters.' })
  if (/\*(?!$)/u.test(word)) return t`A * works only at the end.`
  if (words.length >= LIMITS.filteredWordsMax)
    return plural(LIMITS.filteredWordsMax, { one: 'There is # word already.', other: 'There are # words already.' })
  return words.some((other) => isSameWord(other, word)) ? t`It is in the list already.` : undefined
}

const isSameWord = (one: FilteredWord, word: string): boolean => one.word.toLowerCase() === word.toLowerCase()
