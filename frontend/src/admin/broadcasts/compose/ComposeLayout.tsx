import type { ReactNode } from 'react'
import type { PreviewDevice } from './NoticePreview.tsx'

interface ComposeLayoutProps {
  /** The device of the preview, which sets its width. */
  device: PreviewDevice
  children: ReactNode
}

/** Shows a form and its preview: side by side on wide screens, one below the other on narrow screens. */
export function ComposeLayout({ device, children }: ComposeLayoutProps) {
  const columns =
    device === 'phone' ? 'min-[75rem]:grid-cols-[minmax(0,1fr)_344px]' : 'min-[75rem]:grid-cols-[minmax(0,1fr)_476px]'
  return (
    <div className="scroll-pane">
      <div className={`grid max-w-[640px] gap-8 p-4 md:p-6 min-[75rem]:max-w-[1040px] ${columns}`}>{children}</div>
    </div>
  )
}

/** Shows the buttons of a form below it on phones, where the header has no room for them. */
export function ComposeFoot({ children }: { children: ReactNode }) {
  return (
    <div className="flex shrink-0 gap-2 border-t border-line bg-base-100 px-3 pt-3 pb-[calc(12px+env(safe-area-inset-bottom))] md:hidden">
      {children}
    </div>
  )
}
