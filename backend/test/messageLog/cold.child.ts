import { createColdMoveJob } from '../../src/retention/coldMove.job.ts'
import { openDatabase } from '../../src/database/database.connection.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createModels } from '../../src/models/index.ts'
import { createMessageLog } from '../../src/messageLog/messageLog.service.ts'

/** Moves what is planned in the directory that it is given, and says when it has finished: to be killed before. */
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
