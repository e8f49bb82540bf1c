import type { Attachment, OwnUser } from 'backend/contract'
import { Megaphone } from 'lucide-react'
import { useState } from 'react'
import { dayLabel } from '../../../../lib/format.ts'
import { RoomAvatar } from '../../../ui/Avatar.tsx'
import { Segmented } from '../../../ui/Segmented.tsx'
import { BroadcastNotice } from '../BroadcastNotice.tsx'

export type PreviewDevice = 'phone' | 'desktop'

interface NoticePreviewProps {
  title: string
  text: string
  attachments: readonly Attachment[]
  author: OwnUser
  device: PreviewDevice
  onDevice: (device: PreviewDevice) => void
}

/** How the broadcast will look among the announcements, while it is written. */
export function NoticePreview({ title, text, attachments, author, device, onDevice }: NoticePreviewProps) {
  const [now] = useState(() => new Date().toISOString())
  return (
    <section aria-label="Preview" className="min-w-0">
      <div className="mb-2 flex items-center justify-between gap-2">
        <h2 className="field-label">Preview</h2>
        <Segmented label="Preview as" value={device} options={DEVICES} onChange={onDevice} className="preview-switch" />
      </div>
      <div className="preview-frame">
        <div className="preview-screen">
          <div className="flex h-12 items-center gap-2.5 border-b border-line bg-base-100 px-3" aria-hidden="true">
            <RoomAvatar icon={Megaphone} size={28} />
            <span className="text-ui font-[650]">Announcements</span>
          </div>
          <div className="p-2.5 pb-5">
            <div className="day-pill pb-2.5">
              <span>{dayLabel(now)}</span>
            </div>
            <BroadcastNotice title={title} text={text.trim() === '' && attachments.length === 0 ? 'Your message appears here.' : text} attachments={attachments} author={author} at={now} />
          </div>
        </div>
      </div>
    </section>
  )
}

const DEVICES = [
  { value: 'phone', label: 'Phone' },
  { value: 'desktop', label: 'Desktop' },
] as const
