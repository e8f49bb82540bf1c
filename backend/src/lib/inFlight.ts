/** Counts what has begun and not ended, for who wants to wait until nothing is left. */
export interface UnderWay {
  begin(): void
  end(): void
  /** Resolves when nothing is under way, or after so many milliseconds. */
  settled(patienceMs: number): Promise<void>
}

export function createUnderWay(): UnderWay {
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
    async settled(patienceMs) {
      if (count === 0) return
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        timer = setTimeout(resolve, patienceMs)
      })
      clearTimeout(timer)
    },
  }
}
