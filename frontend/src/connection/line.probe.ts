/** How long a probe may take. With the delay before it, a dead connection is found within five seconds. */
const ANSWER_MS = 3500
/** A slow line gets more time after a connection was given up, up to this. */
const ANSWER_MAX_MS = 14_000
/** How often the clock and the last packet are looked at. */
const LOOK_MS = 5000
/** A longer step of the clock between two looks means that the device slept. */
const SLEPT_MS = 15_000
/** The server sends a heartbeat every 25 seconds. */
const QUIET_MS = 28_000

export interface LineProbe {
  /** Asks the server for a sign of life. Gives the connection up when there is none. Several calls share one question. */
  probe(): void
  /** Notes that a packet came. */
  heard(): void
  /** Starts for a new connection. */
  start(): void
  /** Forgets the connection: it is closed. */
  stop(): void
}

/**
 * Finds connections that lead nowhere although no side was told: the network changed, the device slept, or a router
 * forgot them. The browser itself notices that after minutes.
 * @param ask sends the question, and calls back when the answer came
 * @param giveUp closes the connection and opens another
 */
export function createLineProbe(ask: (answered: () => void) => void, giveUp: () => void): LineProbe {
  let answerMs = ANSWER_MS
  let waiting: ReturnType<typeof setTimeout> | undefined
  let looking: ReturnType<typeof setInterval> | undefined
  let lastHeard = 0
  let lastLook = 0

  function probe(): void {
    if (looking === undefined || waiting !== undefined) return
    waiting = setTimeout(() => {
      waiting = undefined
      answerMs = Math.min(ANSWER_MAX_MS, 2 * answerMs)
      giveUp()
    }, answerMs)
    const mine = waiting
    ask(() => {
      if (waiting !== mine) return
      clearTimeout(waiting)
      waiting = undefined
      answerMs = ANSWER_MS
    })
  }

  function look(): void {
    const now = Date.now()
    const isAfterSleep = Math.abs(now - lastLook) > SLEPT_MS
    lastLook = now
    if (isAfterSleep || now - lastHeard > QUIET_MS) probe()
  }

  function stop(): void {
    clearTimeout(waiting)
    clearInterval(looking)
    waiting = undefined
    looking = undefined
  }

  return {
    probe,
    heard() {
      lastHeard = Date.now()
    },
    start() {
      stop()
      lastHeard = Date.now()
      lastLook = lastHeard
      looking = setInterval(look, LOOK_MS)
    },
    stop,
  }
}
