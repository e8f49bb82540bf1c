/** Returns how long the processor worked for this process meanwhile, ms. Other programs do not lengthen it. */
export function cpuMs(work: () => unknown): number {
  const begun = process.cpuUsage()
  work()
  return since(begun)
}

/** As `cpuMs`, for work that goes on after the call. Returns its result too. */
export async function cpuMsUntil<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const begun = process.cpuUsage()
  const result = await work()
  return { result, ms: since(begun) }
}

/** Returns the least processor time of several runs, ms. The first ones run code that is not compiled yet. */
export function leastCpuMs(runs: number, work: (run: number) => unknown): number {
  return Math.min(...Array.from({ length: runs }, (_, run) => cpuMs(() => work(run))))
}

function since(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1000
}
