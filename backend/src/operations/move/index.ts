import { parseArgs } from 'node:util'
import { StartupError } from '../../lib/errors.ts'
import { messageOf, runCommand } from '../operation.command.ts'
import { moveStore } from './store.mover.ts'

const USAGE =
  'npm run move -- --from embedded --to mongodb://<host>/<database>, or the other way round; embedded is the directory DATA_DIR'

await runCommand(async (config, args, report) => {
  const { from, to } = read(args)
  if (from === undefined || to === undefined) throw new StartupError(`Usage: ${USAGE}`)
  await moveStore(config.dataDir, { from, to }, report)
})

function read(args: string[]): { from?: string | undefined; to?: string | undefined } {
  try {
    return parseArgs({ args, options: { from: { type: 'string' }, to: { type: 'string' } } }).values
  } catch (error) {
    throw new StartupError(`${messageOf(error)}\nUsage: ${USAGE}`, { cause: error })
  }
}
