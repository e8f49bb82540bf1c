import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { PendingBroadcast } from 'backend/contract'
import { Fragment, useMemo } from 'react'
import { plainText } from '../lib/plainText.ts'
import { Folded } from '../ui/Folded.tsx'
import { wordDiff } from './word.diff.ts'

export type ComparedText = Pick<PendingBroadcast, 'title' | 'text'>

/** Shows the removed and the added words between two versions of an announcement. */
export function Difference({ before, now }: { before: ComparedText; now: ComparedText }) {
  const [title, text] = useMemo(
    () => [wordDiff(before.title, now.title), wordDiff(comparable(before.text), comparable(now.text))],
    [before.title, before.text, now.title, now.text],
  )
  const isSame = [...title, ...text].every(({ kind }) => kind === 'same')
  if (isSame)
    return (
      <p className="mt-2 text-muted">
        <Trans>Only the formatting changed, not the words.</Trans>
      </p>
    )
  return (
    <div dir="auto" className="difference">
      {title.length > 0 && <p className="font-[650]">{title.map(part)}</p>}
      <Folded text={text.map((each) => each.text).join('')}>
        <p className="whitespace-pre-wrap">{text.map(part)}</p>
      </Folded>
    </div>
  )
}

/** Many screen readers ignore `ins` and `del`, so hidden words mark the changes. */
function part({ kind, text }: ReturnType<typeof wordDiff>[number], index: number) {
  if (kind === 'same') return <Fragment key={index}>{text}</Fragment>
  const Change = kind === 'removed' ? 'del' : 'ins'
  return (
    <Change key={index}>
      <span className="sr-only"> {kind === 'removed' ? t`removed:` : t`added:`} </span>
      {text}
      <span className="sr-only"> {t`end of change.`} </span>
    </Change>
  )
}

const comparable = (text: string): string => plainText(text, { keepsAddresses: true })
