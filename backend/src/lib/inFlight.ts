/** Counts the work that has begun and not ended, so that a shutdown can wait for it. */
export interface InFlight {
  begin(): void
  end(): void
  /** Resolves when no work is in flight, or after `timeoutMs` milliseconds. */
  settled(timeoutMs: number): Promise<void>
}

/** Creates a counter at zero. */
export function createInFlight(): InFlight {
  let count = 0
  let waiting: (() => void)[] = []

  return {
    begin() {
      count += 1
    },
    end() {
      count -= 1
      if (count > 0) return
      for (const resolve of waiting) resolve()
      waiting = []
    },
    async settled(timeoutMs) {
      if (count === 0) return
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        timer = setTimeout(resolve, timeoutMs)
      })
      clearTimeout(timer)
    },
  }
}
