/** Says whether a part of the server answers. */
export type PartState = 'up' | 'down'

export interface Part {
  name: string
  /** The server cannot serve without a needed part. Without another part it serves with less. */
  isNeeded: boolean
  /** Returns false, or rejects, when the part is down. */
  isUp(): boolean | Promise<boolean>
}

/** `degraded`: this node serves, but a part that is not needed is down. */
export type Readiness = 'ready' | 'degraded' | 'draining' | 'unready'

export interface HealthReport {
  status: Readiness
  draining: boolean
  parts: Record<string, PartState>
}

export interface Health {
  report(): Promise<HealthReport>
  /** Reports `draining` from now on, so that load balancers send no more requests. */
  drain(): void
  isDraining(): boolean
}

/** How long a report is reused, so that frequent requests cause no work. */
const REUSE_MS = 1000
/** A part that does not answer for this long is down. */
const TIMEOUT_MS = 2000

/** Makes the health check of a node that uses these parts. */
export function createHealth(parts: readonly Part[], now: () => number = () => performance.now()): Health {
  let draining = false
  let last: { at: number; states: Promise<[string, PartState, boolean][]> } | undefined
  const checking = new Map<Part, Promise<boolean>>()

  /** Runs one check of a part at a time: a database that hangs would collect checks otherwise. */
  function check(part: Part): Promise<boolean> {
    const pending = checking.get(part)
    if (pending) return pending
    const answer = ask(part)
      .catch(() => false)
      .finally(() => checking.delete(part))
    checking.set(part, answer)
    return answer
  }

  async function stateOf(part: Part): Promise<[string, PartState, boolean]> {
    const isUp = await withTimeout(check(part))
    return [part.name, isUp ? 'up' : 'down', part.isNeeded]
  }

  return {
    async report() {
      if (!last || now() - last.at > REUSE_MS) last = { at: now(), states: Promise.all(parts.map(stateOf)) }
      const states = await last.states
      const isDown = (needed: boolean) => states.some(([, state, isNeeded]) => state === 'down' && isNeeded === needed)
      return {
        status: draining ? 'draining' : isDown(true) ? 'unready' : isDown(false) ? 'degraded' : 'ready',
        draining,
        parts: Object.fromEntries(states.map(([name, state]) => [name, state])),
      }
    },
    drain() {
      draining = true
    },
    isDraining: () => draining,
  }
}

function withTimeout(answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS, false)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

/** Turns an exception of a synchronous check into a rejection. */
const ask = async ({ isUp }: Part): Promise<boolean> => isUp()
