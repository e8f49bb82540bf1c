import { t } from '@lingui/core/macro'
import { isEmptyText, type OwnUser } from 'backend/contract'
import { Megaphone } from 'lucide-react'
import { useState } from 'react'
import { dayLabel } from '../../../lib/format.ts'
import { serverTime } from '../../../lib/serverClock.ts'
import { RoomAvatar } from '../../../people/Avatar.tsx'
import { Segmented } from '../../../ui/Segmented.tsx'
import { BroadcastNotice, type Notice } from '../shared/BroadcastNotice.tsx'

export type PreviewDevice = 'phone' | 'desktop'

interface NoticePreviewProps {
  notice: Notice
  author: OwnUser
  device: PreviewDevice
  onDevice: (device: PreviewDevice) => void
}

/** Shows how a draft will look among the announcements. */
export function NoticePreview({ notice, author, device, onDevice }: NoticePreviewProps) {
  const [now] = useState(serverTime)
  const isPhone = device === 'phone'
  const isEmpty = isEmptyText(notice.text) && notice.attachments.length === 0
  return (
    <section aria-label={t`Preview`} className="min-w-0 min-[75rem]:sticky min-[75rem]:top-6 min-[75rem]:self-start">
      <div className="mb-2 flex items-center justify-between gap-2">
        <h2 className="field-label">{t`Preview`}</h2>
        <Segmented
          label={t`Preview as`}
          value={device}
          options={deviceOptions()}
          onChange={onDevice}
          className="md:[&_.segment]:min-h-7 md:[&_.segment]:text-[0.75rem]"
        />
      </div>
      <div className={`overflow-hidden rounded-[20px] bg-base-300 p-2 ${isPhone ? 'md:max-w-[344px]' : ''}`}>
        <div className={`overflow-hidden rounded-[14px] bg-base-200 ${isPhone ? PHONE : DESKTOP}`}>
          <div className="flex h-12 items-center gap-2.5 border-b border-line bg-base-100 px-3" aria-hidden="true">
            <RoomAvatar icon={Megaphone} size={28} />
            <span className="text-ui font-[650]">{t`Announcements`}</span>
          </div>
          <div className="p-2.5 pb-5">
            <div className="date-separator pb-2.5">
              <span>{dayLabel(now)}</span>
            </div>
            <BroadcastNotice
              notice={isEmpty ? { ...notice, text: t`Your message appears here.` } : notice}
              author={author}
              at={now}
            />
          </div>
        </div>
      </div>
    </section>
  )
}

const deviceOptions = () =>
  [
    { value: 'phone', label: t`Phone` },
    { value: 'desktop', label: t`Desktop` },
  ] as const

const PHONE = '[&_:is(.notice-body,.notice-footer)]:px-4'
/** A desktop's width at a smaller scale. */
const DESKTOP = 'w-[720px] max-w-[calc(100%/0.64)] [zoom:0.64]'
