import type { ReactNode } from 'react'

/** Shows a grey shape in place of content that loads. The classes give its size. */
export function Bone({ className = '' }: { className?: string }) {
  return <span className={`block animate-bone rounded-selector bg-(--p-skeleton) ${className}`} />
}

/** Shows bones after 200 ms. Screen readers announce the label. */
export function Skeleton({
  label,
  className = '',
  children,
}: {
  label: string
  className?: string
  children: ReactNode
}) {
  return (
    <div role="status" className={`animate-appear-late ${className}`}>
      <span className="sr-only">{label}</span>
      <div aria-hidden="true">{children}</div>
    </div>
  )
}

const WIDTHS = [
  ['w-1/2', 'w-4/5'],
  ['w-2/5', 'w-3/5'],
  ['w-3/5', 'w-2/3'],
  ['w-1/3', 'w-3/4'],
] as const

/** Shows rows of an avatar and two lines, in the sizes of the lists. */
export function SkeletonRows({ label, rows = 8 }: { label: string; rows?: number }) {
  return (
    <Skeleton label={label} className="py-1">
      {Array.from({ length: rows }, (_, row) => {
        const [first, second] = WIDTHS[row % WIDTHS.length] ?? WIDTHS[0]
        return (
          <div key={row} className="flex h-16 items-center gap-3 px-4 max-md:h-17">
            <Bone className="size-11 rounded-full! max-md:size-12" />
            <span className="grow space-y-2">
              <Bone className={`h-3 ${first}`} />
              <Bone className={`h-2.5 ${second}`} />
            </span>
          </div>
        )
      })}
    </Skeleton>
  )
}
