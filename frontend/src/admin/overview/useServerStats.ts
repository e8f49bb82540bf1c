import { LIMITS, type Problem, type ServerSample, type ServerStats } from 'backend/contract'
import { useCallback, useEffect, useState } from 'react'
import { getStats } from '../shared/admin.api.ts'
import { asProblem } from '../../connection/problem.model.ts'
import { socket } from '../../connection/socket.client.ts'

/** The number of samples in an hour. */
const HISTORY_MAX = 3600 / LIMITS.statsSeconds

interface LiveStats {
  /** Null until the first answer. With a problem: the last figures that came. */
  stats: ServerStats | null
  problem: Problem | null
  retry(): void
}

/** Loads the server's figures and keeps them up to date while the component is mounted. A new connection loads what was missed. */
export function useServerStats(): LiveStats {
  const [stats, setStats] = useState<ServerStats | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)

  const load = useCallback(() => {
    // The server forgets the request with the connection, so each new connection repeats it.
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
