import { plural, t } from '@lingui/core/macro'
import { RefreshCw, TriangleAlert, WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Timeline } from '../timeline/timeline.model.ts'
import { useConnection, type ConnectionState } from '../connection/connection.store.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { usePendingBroadcasts } from '../announcements/pendingBroadcasts.store.ts'
import { listOf } from '../lib/format.ts'
import { Banner } from '../ui/Banner.tsx'

/** A shorter interruption shows nothing. */
const SILENT_MS = 1000

/** Says at the top that the connection is lost and what waits for it, or that a newer page can be loaded. */
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
    <Banner tone="warn" icon={notice === null ? WifiOff : TriangleAlert} action={{ label: t`Retry`, onPress: retry }}>
      <Waiting lead={reasonOf(notice)} />
    </Banner>
  ) : (
    <Banner tone="info" icon={RefreshCw} action={{ label: t`Reload`, onPress: () => location.reload() }}>
      {t`A new version is ready.`}
    </Banner>
  )
}

function reasonOf(notice: ConnectionState['notice']): string {
  if (notice === null) return t`Offline.`
  if (notice === 'too_many_connections')
    return t`Parley is open in too many tabs or devices of yours. Close some; this page tries again by itself.`
  if (notice === 'too_many_connections_of_address')
    return t`The server has too many connections from your network. This page tries again by itself.`
  return t`The server closed the connection because this page sent too much at once.`
}

/** Adds to the first sentence how many messages, changes and acknowledgements are not sent yet. */
function Waiting({ lead }: { lead: string }) {
  const messages = useMessages(({ timelines }) => total(timelines, waitingMessages))
  const changes = useMessages(({ timelines }) => total(timelines, waitingChanges))
  const acknowledgements = usePendingBroadcasts(
    ({ acknowledged }) => Object.values(acknowledged).filter(({ sent }) => !sent).length,
  )
  const parts = [
    messages > 0 && plural(messages, { one: '# message', other: '# messages' }),
    changes > 0 && plural(changes, { one: '# change', other: '# changes' }),
    acknowledgements > 0 && plural(acknowledgements, { one: '# acknowledgement', other: '# acknowledgements' }),
  ].filter((part) => part !== false)
  if (parts.length === 0)
    return (
      <>
        {lead} {t`What you write will be sent when you are back online.`}
      </>
    )
  const waiting = listOf(parts)
  const count = messages + changes + acknowledgements
  return (
    <>
      {lead}{' '}
      {plural(count, {
        one: `${waiting} is waiting and will be sent when you are back online.`,
        other: `${waiting} are waiting and will be sent when you are back online.`,
      })}
    </>
  )
}

const total = (timelines: Record<string, Timeline>, countOf: (timeline: Timeline) => number): number =>
  Object.values(timelines).reduce((sum, timeline) => sum + countOf(timeline), 0)

const waitingMessages = ({ pending }: Timeline): number => pending.filter(({ state }) => state === 'sending').length
const waitingChanges = ({ changes }: Timeline): number =>
  Object.values(changes).filter(({ state }) => state === 'sending').length
