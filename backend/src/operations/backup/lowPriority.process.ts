import { constants, setPriority } from 'node:os'

/** The server goes first. */
export function beModest(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW)
  } catch {
    // Not everybody may; then it is only less modest.
  }
}
