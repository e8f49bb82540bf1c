import { RefreshCw, TriangleAlert, WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Timeline } from '../timeline/timeline.model.ts'
import { useConnection } from '../connection/connection.store.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { usePendingBroadcasts } from '../announcements/pendingBroadcasts.store.ts'
import { Banner } from '../ui/Banner.tsx'

/** A connection that is back within this time is not worth a word. */
const SILENT_MS = 1000

/** Across the top: no connection, with what waits for it, or a page that a newer one can take the place of. */
export function ConnectionStrip() {
  const offline = useConnection((state) => state.state === 'offline')
  const notice = useConnection((state) => state.notice)
  const updateAvailable = useConnection((state) => state.updateAvailable)
  const retry = useConnection((state) => state.retry)
  const [shown, setShown] = useState(false)

  useEffect(() => {
    const timer = setTimeout(() => setShown(offline), offline ? SILENT_MS : 0)
    return () => clearTimeout(timer)
  }, [offline])

  if (!(shown && offline) && !updateAvailable) return null
  return shown && offline ? (
    <Banner tone="warn" icon={notice === null ? WifiOff : TriangleAlert} action={{ label: 'Retry', onPress: retry }}>
      <Waiting
        lead={
          notice === null
            ? 'Offline.'
            : 'The server closed the connection because too much came from this page at once.'
        }
      />
    </Banner>
  ) : (
    <Banner tone="info" icon={RefreshCw} action={{ label: 'Reload', onPress: () => location.reload() }}>
      A new version is ready.
    </Banner>
  )
}

function Waiting({ lead }: { lead: string }) {
  const messages = useMessages(({ timelines }) => total(timelines, waitingMessages))
  const changes = useMessages(({ timelines }) => total(timelines, waitingChanges))
  const acknowledgements = usePendingBroadcasts(
    ({ acknowledged }) => Object.values(acknowledged).filter(({ sent }) => !sent).length,
  )
  const parts = [
    named(messages, 'message'),
    named(changes, 'change'),
    named(acknowledgements, 'acknowledgement'),
  ].filter((part) => part !== null)
  if (parts.length === 0) return `${lead} What you write is sent when you are back.`
  return `${lead} ${listed.format(parts)} ${messages + changes + acknowledgements === 1 ? 'waits' : 'wait'} and will be sent when you are back.`
}

const listed = new Intl.ListFormat('en', { type: 'conjunction' })

const total = (timelines: Record<string, Timeline>, countOf: (timeline: Timeline) => number): number =>
  Object.values(timelines).reduce((sum, timeline) => sum + countOf(timeline), 0)

const waitingMessages = ({ pending }: Timeline): number => pending.filter(({ state }) => state === 'sending').length
const waitingChanges = ({ changes }: Timeline): number =>
  Object.values(changes).filter(({ state }) => state === 'sending').length

function named(number: number, word: string): string | null {
  if (number === 0) return null
  return number === 1 ? `1 ${word}` : `${number} ${word}s`
}
