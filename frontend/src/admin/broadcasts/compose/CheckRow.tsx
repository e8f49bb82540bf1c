import type { ReactNode } from 'react'

/** Shows a checkbox and its text as one row that can be pressed. */
export function CheckRow({ className = 'items-center', children }: { className?: string; children: ReactNode }) {
  return (
    <label
      className={`flex min-h-8 cursor-pointer gap-2.5 rounded-md ps-2 pe-4 hover:bg-hover has-[:focus-visible]:outline-2 has-[:focus-visible]:-outline-offset-2 has-[:focus-visible]:outline-primary max-md:min-h-11 [&_.choice-box]:shrink-0 ${className}`}
    >
      {children}
    </label>
  )
}
