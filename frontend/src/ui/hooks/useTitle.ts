import { useEffect } from 'react'
import { count } from '../../lib/format.ts'

/** Sets the window's title: `(3) People · Parley`, or `(3) Parley` without a page's name. */
export function useTitle(page: string | null, unread = 0): void {
  const name = page === null ? 'Parley' : `${page} · Parley`
  const title = unread > 0 ? `(${count(unread)}) ${name}` : name
  useEffect(() => {
    document.title = title
  }, [title])
}
