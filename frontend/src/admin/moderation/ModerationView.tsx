import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { Segmented } from '../../ui/Segmented.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { ReportQueue } from './ReportQueue.tsx'
import { WordFilter } from './WordFilter.tsx'

/** Shows the reports and the word filter. */
export function ModerationView() {
  const [part, setPart] = useState<Part>('open')
  return (
    <>
      <AdminHeader title={t`Moderation`} />
      <AdminBody label={t`Moderation`}>
        <Segmented
          label={t`Part of moderation`}
          value={part}
          options={partOptions()}
          onChange={setPart}
          className="w-full max-w-[420px]"
        />
        {part === 'words' ? <WordFilter /> : <ReportQueue key={part} state={part} />}
      </AdminBody>
    </>
  )
}

type Part = ReturnType<typeof partOptions>[number]['value']

const partOptions = () =>
  [
    { value: 'open', label: t`Open` },
    { value: 'resolved', label: t`Resolved` },
    { value: 'words', label: t`Word filter` },
  ] as const
