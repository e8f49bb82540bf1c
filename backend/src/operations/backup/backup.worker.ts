import { stat } from 'node:fs/promises'
import { messageOf } from '../operation.command.ts'
import { sha256 } from '../backup.manifest.ts'
import { createBackup } from './backup.writer.ts'
import type { BackupJob, BackupNews } from './backup.process.ts'
import { beModest } from './lowPriority.process.ts'

/** So often the panel hears of it. */
const TELL_MS = 250

beModest()
// Without its server nobody would know of what it makes.
process.once('disconnect', () => process.exit(1))
process.once('message', (job: BackupJob) => void make(job))

async function make({ dataDir, file }: BackupJob): Promise<void> {
  let told = 0
  try {
    await createBackup(
      { dataDir, mongoUri: undefined },
      file,
      () => {},
      (part, bytes) => {
        if (Date.now() - told < TELL_MS) return
        told = Date.now()
        tell({ kind: 'progress', part, bytes })
      },
    )
    tell({ kind: 'done', bytes: (await stat(file)).size, sha256: await sha256(file) })
  } catch (error) {
    tell({ kind: 'failed', problem: messageOf(error) })
  }
}

function tell(news: BackupNews): void {
  process.send?.(news, undefined, {}, () => {
    if (news.kind !== 'progress') process.exit(0)
  })
}
