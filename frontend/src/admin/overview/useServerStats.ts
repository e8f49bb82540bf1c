import { LIMITS, type Problem, type ServerSample, type ServerStats } from 'backend/contract'
import { useCallback, useEffect, useState } from 'react'
import { getStats } from '../shared/admin.api.ts'
import { asProblem } from '../../connection/problem.model.ts'
import { socket } from '../../connection/socket.client.ts'

/** Samples of one hour. */
const HISTORY_MAX = 3600 / LIMITS.statsSeconds

interface LiveStats {
  /** Null until they are there. With a problem: the last that was heard. */
  stats: ServerStats | null
  problem: Problem | null
  retry(): void
}

/** How the server is doing, as it changes, as long as the component lives. After a connection was lost, what was missed is fetched. */
export function useServerStats(): LiveStats {
  const [stats, setStats] = useState<ServerStats | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)

  const load = useCallback(() => {
    // Watching is of the connection: another one has to be told again.
    if (socket.connected) socket.emit('watchStats', true)
    getStats().then(
      (answer) => {
        setStats(answer)
        setProblem(null)
      },
      (error: unknown) => setProblem(asProblem(error)),
    )
  }, [])

  useEffect(() => {
    const heard = (sample: ServerSample): void => setStats((now) => now && withSample(now, sample))
    load()
    socket.on('connect', load)
    socket.on('serverStats', heard)
    return () => {
      socket.off('connect', load)
      socket.off('serverStats', heard)
      if (socket.connected) socket.emit('watchStats', false)
    }
  }, [load])

  return {
    stats,
    problem,
    retry: () => {
      setProblem(null)
      load()
    },
  }
}

function withSample(stats: ServerStats, now: ServerSample): ServerStats {
  return { ...stats, now, history: [...stats.history, now].slice(-HISTORY_MAX) }
}
