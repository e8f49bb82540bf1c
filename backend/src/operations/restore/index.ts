import { resolve } from 'node:path'
import { onlyArgument, runCommand } from '../operation.command.ts'
import { restoreBackup } from './backup.restorer.ts'

await runCommand((config, args, report) =>
  restoreBackup(config, resolve(onlyArgument(args, 'npm run restore -- <file>.tar.gz')), report),
)
