/** Whether a part of the server answers. */
export type PartState = 'up' | 'down'

export interface Part {
  name: string
  /** Without a needed part nothing can be served; without another the server goes on with less. */
  isNeeded: boolean
  /** Rejects, or says false: it is down. */
  isUp(): boolean | Promise<boolean>
}

/** `degraded`: this node serves, but something that it would like to have is away. */
export type Readiness = 'ready' | 'degraded' | 'draining' | 'unready'

export interface HealthReport {
  status: Readiness
  draining: boolean
  parts: Record<string, PartState>
}

export interface Health {
  report(): Promise<HealthReport>
  /** From now on this node says that it is not to be asked any more. */
  drain(): void
  isDraining(): boolean
}

/** So long an answer is good, so that whoever asks often does not make work. */
const KEPT_MS = 1000
/** A part that says nothing for so long is down. */
const PATIENCE_MS = 2000

/** @param parts what is looked at */
export function createHealth(parts: readonly Part[], now: () => number = () => performance.now()): Health {
  let draining = false
  let last: { at: number; states: Promise<[string, PartState, boolean][]> } | undefined
  const looking = new Map<Part, Promise<boolean>>()

  /** One question at a time to each: a database that hangs would gather them otherwise. */
  function look(part: Part): Promise<boolean> {
    const underWay = looking.get(part)
    if (underWay) return underWay
    const answer = ask(part)
      .catch(() => false)
      .finally(() => looking.delete(part))
    looking.set(part, answer)
    return answer
  }

  async function stateOf(part: Part): Promise<[string, PartState, boolean]> {
    const isUp = await inTime(look(part))
    return [part.name, isUp ? 'up' : 'down', part.isNeeded]
  }

  return {
    async report() {
      if (!last || now() - last.at > KEPT_MS) last = { at: now(), states: Promise.all(parts.map(stateOf)) }
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

function inTime(answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

/** What throws at once rejects too. */
const ask = async ({ isUp }: Part): Promise<boolean> => isUp()
