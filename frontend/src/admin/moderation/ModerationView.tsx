import { useState } from 'react'
import { Segmented } from '../../ui/Segmented.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { ReportQueue } from './ReportQueue.tsx'
import { WordFilter } from './WordFilter.tsx'

/** What was reported, and the words that are looked for. */
export function ModerationView() {
  const [part, setPart] = useState<Part>('open')
  return (
    <>
      <AdminHeader title="Moderation" />
      <AdminBody label="Moderation">
        <Segmented
          label="Part of moderation"
          value={part}
          options={PARTS}
          onChange={setPart}
          className="w-full max-w-[420px]"
        />
        {part === 'words' ? <WordFilter /> : <ReportQueue key={part} state={part} />}
      </AdminBody>
    </>
  )
}

type Part = (typeof PARTS)[number]['value']

const PARTS = [
  { value: 'open', label: 'Open' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'words', label: 'Word filter' },
] as const
