import { createColdMoveJob } from '../../src/retention/coldMove.job.ts'
import { openDatabase } from '../../src/database/database.connection.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createModels } from '../../src/models/index.ts'
import { createMessageLog } from '../../src/messageLog/messageLog.service.ts'

/**
 * Moves the planned messages of the given directory, and prints when it has finished. The test kills it before that.
 */
const [dataDir = ''] = process.argv.slice(2)
const logger = createLogger('silent')
const { connection, close } = await openDatabase({ dataDir, logger })
const models = await createModels(connection)
process.stdout.write('begun\n')
await createColdMoveJob({ models, log: createMessageLog(models, logger), afterDays: 1, logger, copiedMs: 20 }).moveAll({
  step: async () => {},
})
process.stdout.write('moved\n')
await close()
