import { createApp } from './app.ts'
import { loadConfig } from './config.ts'
import { addressesOf } from './http/listen.address.ts'
import { startFailureText } from './lib/errors.ts'
import { createLogger } from './lib/logger.ts'

const STORAGE_LOST =
  'The thread that writes the database has ended, so the server can store nothing. It ends now; start it again. ' +
  'All acknowledged data is on disk.'

try {
  const config = await loadConfig()
  const logger = createLogger(config.logLevel)
  const app = await createApp(config, logger)
  const port = await app.listen().catch(async (error: unknown) => {
    await app.close()
    throw error
  })
  void app.lost?.then((error) => {
    logger.fatal({ err: error }, STORAGE_LOST)
    process.exit(1)
  })

  const stop = (signal: NodeJS.Signals) => {
    // Another signal ends the process at once.
    process.off('SIGTERM', stop).off('SIGINT', stop)
    logger.info({ signal }, 'stopping')
    setTimeout(() => {
      logger.error('could not finish in time')
      process.exit(1)
    }, config.shutdownSeconds * 1000).unref()
    app
      .drain()
      .then(() => app.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'stopped with an error')
          process.exit(1)
        },
      )
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
  const setupCode = await app.setupCode()
  if (setupCode !== null)
    process.stdout.write(`The first account becomes the admin. It needs this setup code: ${setupCode}\n`)
  // The last step: a program that waits for this line may stop the server at once.
  const [here, ...others] = addressesOf({ host: config.host, port })
  const elsewhere = others.length === 0 ? '' : `, and for other machines at ${others.join(' or ')}`
  process.stdout.write(`Parley is ready at ${here}${elsewhere}\n`)
} catch (error) {
  process.stderr.write(`${startFailureText(error)}\n`)
  process.exit(1)
}
