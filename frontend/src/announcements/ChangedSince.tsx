import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ChevronDown, RefreshCw } from 'lucide-react'
import { lazy, Suspense, useId, useState } from 'react'
import { Icon } from '../ui/Icon.tsx'
import type { ComparedText } from './Difference.tsx'

/** Loaded when it is opened: most visits do not need its library. */
const Difference = lazy(() => import('./Difference.tsx').then((piece) => ({ default: piece.Difference })))

/** Says that a text changed since the user acknowledged it. A press shows the changes. */
export function ChangedSince({ before, now }: { before: ComparedText; now: ComparedText }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <div className="mb-3 py-1.5 px-3 rounded-field bg-warn-tint text-warn-ink text-sec font-semibold">
      <p className="flex flex-wrap items-center gap-x-2">
        <Icon icon={RefreshCw} size={14} />
        <span>
          <Trans>Changed since you read it</Trans>
        </span>
        <button
          type="button"
          className="inline-flex items-center gap-1 min-h-8 underline underline-offset-2 max-md:min-h-11"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          {open ? t`Hide the difference` : t`Show the difference`}
          <Icon icon={ChevronDown} size={14} className={open ? 'rotate-180' : ''} />
        </button>
      </p>
      <div id={id} hidden={!open}>
        {open && (
          <Suspense>
            <Difference before={before} now={now} />
          </Suspense>
        )}
      </div>
    </div>
  )
}
