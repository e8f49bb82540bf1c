import { resolve } from 'node:path'
import { onlyArgument, runCommand } from '../command.ts'
import { createBackup } from './createBackup.ts'
import { beModest } from './modesty.ts'

beModest()
await runCommand((config, args, report) =>
  createBackup(config, resolve(onlyArgument(args, 'npm run backup -- <file>.tar.gz')), report),
)
