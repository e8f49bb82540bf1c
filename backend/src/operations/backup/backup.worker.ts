import { stat } from 'node:fs/promises'
import { messageOf } from '../operation.command.ts'
import { sha256 } from '../backup.manifest.ts'
import { createBackup } from './backup.writer.ts'
import type { BackupJob, BackupMessage } from './backup.process.ts'
import { lowerPriority } from './lowPriority.process.ts'

/** How often the process reports its progress. */
const REPORT_MS = 250

lowerPriority()
// Without the server, no other process would know of the file.
process.once('disconnect', () => process.exit(1))
process.once('message', (job: BackupJob) => void makeBackup(job))

async function makeBackup({ dataDir, file }: BackupJob): Promise<void> {
  let reportedAt = 0
  try {
    await createBackup(
      { dataDir, mongoUri: undefined },
      file,
      () => {},
      (part, bytes) => {
        if (Date.now() - reportedAt < REPORT_MS) return
        reportedAt = Date.now()
        report({ kind: 'progress', part, bytes })
      },
      { withSecret: false },
    )
    report({ kind: 'done', bytes: (await stat(file)).size, sha256: await sha256(file) })
  } catch (error) {
    report({ kind: 'failed', problem: messageOf(error) })
  }
}

function report(message: BackupMessage): void {
  process.send?.(message, undefined, {}, () => {
    if (message.kind !== 'progress') process.exit(0)
  })
}
