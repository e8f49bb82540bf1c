import { t } from '@lingui/core/macro'
import { Bone, Skeleton } from '../ui/Skeleton.tsx'

/** Shows grey bubbles while the messages load. */
export function MessageListSkeleton() {
  return (
    <Skeleton label={t`Loading messages`} className="flex min-h-0 flex-1 flex-col justify-end overflow-hidden">
      <div className="log-row space-y-2.5 pb-3">
        {BUBBLES.map(({ own, width, lines }) => (
          <div key={`${own} ${width}`} className={`flex gap-2.5 ${own ? 'justify-end' : ''}`}>
            {!own && <Bone className="size-8 shrink-0 rounded-full!" />}
            <Bone className={`${width} ${lines === 1 ? 'h-[34px]' : 'h-[55px]'} rounded-box!`} />
          </div>
        ))}
      </div>
    </Skeleton>
  )
}

const BUBBLES = [
  { own: false, width: 'w-56', lines: 1 },
  { own: false, width: 'w-72', lines: 2 },
  { own: true, width: 'w-64', lines: 1 },
  { own: false, width: 'w-44', lines: 1 },
  { own: true, width: 'w-72', lines: 2 },
  { own: true, width: 'w-36', lines: 1 },
  { own: false, width: 'w-64', lines: 1 },
] as const
