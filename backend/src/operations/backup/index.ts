import { resolve } from 'node:path'
import { onlyArgument, runCommand } from '../operation.command.ts'
import { createBackup } from './backup.writer.ts'
import { lowerPriority } from './lowPriority.process.ts'

lowerPriority()
await runCommand((config, args, report) =>
  createBackup(config, resolve(onlyArgument(args, 'npm run backup -- <file>.tar.gz')), report),
)
