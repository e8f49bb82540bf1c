import { constants, setPriority } from 'node:os'
import { resolve } from 'node:path'
import { onlyArgument, runCommand } from '../command.ts'
import { createBackup } from './createBackup.ts'

beModest()
await runCommand((config, args, report) => createBackup(config, resolve(onlyArgument(args, 'npm run backup -- <file>.tar.gz')), report))

/** The server goes first. */
function beModest(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW)
  } catch {
    // Not everybody may; then it is only less modest.
  }
}
