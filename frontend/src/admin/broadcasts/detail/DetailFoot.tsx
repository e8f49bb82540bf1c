import type { ReactNode } from 'react'

/** Shows the actions of a broadcast below its scrolling part. */
export function DetailFoot({ children }: { children: ReactNode }) {
  return (
    <div className="shrink-0 border-t border-line bg-base-100 p-3 max-md:pb-[calc(12px+env(safe-area-inset-bottom))]">
      {children}
    </div>
  )
}
