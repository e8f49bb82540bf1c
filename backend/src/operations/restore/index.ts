import { resolve } from 'node:path'
import { onlyArgument, runCommand } from '../command.ts'
import { restoreBackup } from './restoreBackup.ts'

await runCommand((config, args, report) =>
  restoreBackup(config, resolve(onlyArgument(args, 'npm run restore -- <file>.tar.gz')), report),
)
