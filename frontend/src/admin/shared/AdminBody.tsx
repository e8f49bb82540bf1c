import type { ReactNode } from 'react'
import { VIEW_ID } from './view.focus.ts'

interface AdminBodyProps {
  /** The name of the scrolling region. */
  label: string
  /** `form` is 760 px wide at most, `wide` 1040. `columns` puts the panels of a form beside each other from 1200 px on. */
  width?: keyof typeof WIDTHS
  children: ReactNode
}

/** Shows the scrolling part of an admin view, below its header. */
export function AdminBody({ label, width = 'form', children }: AdminBodyProps) {
  return (
    // Focusable, so that the keyboard scrolls it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section id={VIEW_ID} className="scroll-pane p-5 max-md:p-3" tabIndex={0} aria-label={label}>
      <div className={`flex min-h-full flex-col gap-4 ${WIDTHS[width]}`}>{children}</div>
    </section>
  )
}

const WIDTHS = {
  form: 'max-w-[760px]',
  wide: 'max-w-[1040px]',
  columns:
    'max-w-[760px] min-[75rem]:grid min-[75rem]:max-w-[1240px] min-[75rem]:auto-rows-min min-[75rem]:grid-cols-2 min-[75rem]:items-start',
} as const

interface AdminPanelProps {
  title: string
  /** One or two sentences that explain the panel. */
  about?: ReactNode
  /** Buttons at the end of the title's line. */
  actions?: ReactNode
  children: ReactNode
}

/** Shows a panel with a heading, as the settings do. */
export function AdminPanel({ title, about, actions, children }: AdminPanelProps) {
  return (
    <section className="panel p-5 max-md:p-4" aria-label={title}>
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="grow text-title font-[650] tracking-[-0.01em]">{title}</h2>
        {actions}
      </div>
      {about && <p className="mt-1 max-w-[60ch] text-ui text-muted">{about}</p>}
      {children}
    </section>
  )
}
