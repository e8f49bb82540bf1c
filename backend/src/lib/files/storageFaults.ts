import { hasCode } from './fileErrors.ts'

/** `full`: there is no space left. `unavailable`: the database cannot be reached, or its file cannot be used now. */
export type StorageFault = 'full' | 'unavailable'

/** MongoDB's code OutOfDiskSpace. The embedded engine has the same. */
const OUT_OF_DISK_SPACE = 14_031
/**
 * MongoDB's codes of a server that cannot serve a command at this moment, and FileStreamFailed (39), which the embedded engine gives when
 * its file cannot be read or written. https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
const UNAVAILABLE = new Set([6, 7, 39, 64, 89, 91, 189, 262, 371, 9001, 10_107, 11_600, 11_602, 13_435, 13_436])
/** The driver's errors of a server that it cannot reach. */
const UNREACHABLE =
  /^Mongo(?:ose)?(?:ServerSelection|Network|NetworkTimeout|PoolCleared|PoolClosed|WaitQueueTimeout|NotConnected|TopologyClosed)Error$/

const CAUSES_MAX = 5

/** Tells whether the storage is the reason of a failure, and how; null for any other error. */
export function storageFaultOf(error: unknown): StorageFault | null {
  let cause = error
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth += 1) {
    const code: unknown = 'code' in cause ? cause.code : undefined
    if (code === OUT_OF_DISK_SPACE || hasCode(cause, 'ENOSPC', 'EDQUOT')) return 'full'
    if (UNREACHABLE.test(cause.name)) return 'unavailable'
    if (cause.name.startsWith('Mongo') && typeof code === 'number' && UNAVAILABLE.has(code)) return 'unavailable'
    cause = cause.cause
  }
  return null
}
