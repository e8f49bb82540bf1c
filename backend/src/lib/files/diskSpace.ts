import { statfs } from 'node:fs/promises'
import type { CostLimits } from '../limits/costLimits.ts'

/** The space of the disk that everything else leaves to messages. */
export type DiskReserve = Pick<CostLimits, 'diskReserveBytes' | 'diskReserveShare'>

/** Returns the free bytes of the disk of a directory, without the reserve of messages. At least 0. */
export async function diskRoom(
  directory: string,
  { diskReserveBytes, diskReserveShare }: DiskReserve,
): Promise<number> {
  const { bavail, blocks, bsize } = await statfs(directory)
  return Math.max(0, bavail * bsize - Math.min(diskReserveBytes, blocks * bsize * diskReserveShare))
}
