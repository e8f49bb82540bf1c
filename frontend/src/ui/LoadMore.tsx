import { useEffect, useRef, useState } from 'react'
import { Button } from './Button.tsx'
import { Spinner } from './Spinner.tsx'

interface LoadMoreProps {
  hasMore: boolean
  loading: boolean
  /** Fetches the next page; a rejection turns into a button to try again, never into a loop of requests. */
  onMore: () => Promise<void>
}

/** At the end of an endless list: asks for more shortly before it comes into view. */
export function LoadMore({ hasMore, loading, onMore }: LoadMoreProps) {
  const [failed, setFailed] = useState(false)
  const end = useRef<HTMLDivElement>(null)
  const latest = useRef(onMore)
  useEffect(() => {
    latest.current = onMore
  })

  useEffect(() => {
    if (!end.current || !hasMore || loading || failed) return
    // scrollMargin reaches beyond the edge of the scrolling pane; rootMargin would only reach beyond the window's.
    const options: IntersectionObserverInit & { scrollMargin: string } = { scrollMargin: '600px' }
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) latest.current().catch(() => setFailed(true))
    }, options)
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [hasMore, loading, failed])

  if (!hasMore) return null
  return (
    <div ref={end} className="grid min-h-12 place-items-center py-2 text-muted">
      {failed ? (
        <Button variant="ghost" size="sm" onClick={() => setFailed(false)}>
          Could not load more. Try again
        </Button>
      ) : (
        loading && <Spinner />
      )}
    </div>
  )
}
