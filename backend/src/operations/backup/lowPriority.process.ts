import { constants, setPriority } from 'node:os'

/** Lowers the priority of this process, so that the server has the processor first. */
export function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW)
  } catch {
    // The system may refuse. Then the process keeps its priority.
  }
}
