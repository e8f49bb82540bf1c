import type { ReactNode } from 'react'

/** Shows a search field and the selects that narrow a list, above the list. On phones the search field has its own line. */
export function AdminFilters({ children }: { children: ReactNode }) {
  return (
    <div className="grid auto-cols-[148px] grid-flow-col grid-cols-[minmax(0,1fr)] gap-2 border-b border-line px-4 py-3 max-md:grid-flow-row max-md:grid-cols-2 max-md:p-3 md:max-lg:auto-cols-[128px] [&_.text-input]:h-9 [&_.text-input]:text-[0.8125rem] max-md:[&_.text-input]:h-11 max-md:[&_.text-input]:text-[1rem] max-md:[&>.search-field]:col-span-full">
      {children}
    </div>
  )
}
