import { WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useConnection } from '../../store/connection.store.ts'
import { useMessages } from '../../store/messages.store.ts'
import { Banner } from '../ui/Banner.tsx'

/** A connection that is back within this time is not worth a word. */
const SILENT_MS = 1000

/** Across the top while there is no connection: how much waits to be sent, and a way to try at once. */
export function OfflineStrip() {
  const offline = useConnection((state) => state.state === 'offline')
  const retry = useConnection((state) => state.retry)
  const waiting = useMessages((state) =>
    Object.values(state.timelines).reduce((total, { pending }) => total + pending.filter(({ state: stage }) => stage === 'sending').length, 0),
  )
  const [shown, setShown] = useState(false)

  useEffect(() => {
    const timer = setTimeout(() => setShown(offline), offline ? SILENT_MS : 0)
    return () => clearTimeout(timer)
  }, [offline])

  if (!shown) return null
  return (
    <div className="shell-strip">
      <Banner tone="warn" icon={WifiOff} action={{ label: 'Retry', onPress: retry }}>
        Offline. {promise(waiting)}
      </Banner>
    </div>
  )
}

function promise(waiting: number): string {
  if (waiting === 0) return 'Messages will send when you are back.'
  return `${waiting === 1 ? '1 message' : `${waiting} messages`} will send when you are back.`
}
