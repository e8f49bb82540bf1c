import { t } from '@lingui/core/macro'
import { useEffect, useRef, useState } from 'react'
import { Button } from './Button.tsx'
import { Spinner } from './Spinner.tsx'

interface LoadMoreProps {
  hasMore: boolean
  loading: boolean
  /** Fetches the next page. A rejection shows a retry button; an automatic retry would loop. */
  onMore: () => Promise<void>
}

/** Loads the next page of a list shortly before the reader reaches its end. */
export function LoadMore({ hasMore, loading, onMore }: LoadMoreProps) {
  const [failed, setFailed] = useState(false)
  const end = useRef<HTMLDivElement>(null)
  const latest = useRef(onMore)
  useEffect(() => {
    latest.current = onMore
  })

  useEffect(() => {
    if (!end.current || !hasMore || loading || failed) return
    // rootMargin would extend the window only; scrollMargin extends the scrolling pane.
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
          {t`Could not load more. Try again.`}
        </Button>
      ) : (
        loading && <Spinner />
      )}
    </div>
  )
}
