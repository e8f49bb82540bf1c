import type { PendingBroadcast } from 'backend/contract'
import { ChevronDown, RefreshCw } from 'lucide-react'
import { Fragment, useId, useMemo, useState } from 'react'
import { plainText } from '../lib/plainText.ts'
import { Icon } from '../ui/Icon.tsx'
import { wordDiff } from './word.diff.ts'

type Text = Pick<PendingBroadcast, 'title' | 'text'>

/** That a text is another one than the one that was acknowledged, and at a press what became of it. */
export function ChangedSince({ before, now }: { before: Text; now: Text }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <div className="changed-since">
      <p className="flex flex-wrap items-center gap-x-2">
        <Icon icon={RefreshCw} size={14} />
        <span>Changed since you read it</span>
        <button
          type="button"
          className="changed-toggle"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          {open ? 'Hide the difference' : 'Show the difference'}
          <Icon icon={ChevronDown} size={14} className={open ? 'rotate-180' : ''} />
        </button>
      </p>
      <div id={id} hidden={!open}>
        {open && <Difference before={before} now={now} />}
      </div>
    </div>
  )
}

function Difference({ before, now }: { before: Text; now: Text }) {
  const [title, text] = useMemo(
    () => [wordDiff(before.title, now.title), wordDiff(comparable(before.text), comparable(now.text))],
    [before.title, before.text, now.title, now.text],
  )
  const isSame = [...title, ...text].every(({ kind }) => kind === 'same')
  if (isSame) return <p className="mt-2 text-muted">Only how it looks has changed, no word of it.</p>
  return (
    <div dir="auto" className="difference">
      {title.length > 0 && <p className="font-[650]">{title.map(part)}</p>}
      <p className="whitespace-pre-wrap">{text.map(part)}</p>
    </div>
  )
}

/** Many screen readers say nothing of `ins` and `del`, so words do. */
function part({ kind, text }: ReturnType<typeof wordDiff>[number], index: number) {
  if (kind === 'same') return <Fragment key={index}>{text}</Fragment>
  const Change = kind === 'removed' ? 'del' : 'ins'
  return (
    <Change key={index}>
      <span className="sr-only"> {kind === 'removed' ? 'removed:' : 'added:'} </span>
      {text}
      <span className="sr-only"> end of change. </span>
    </Change>
  )
}

const comparable = (text: string): string => plainText(text, { keepsAddresses: true })
