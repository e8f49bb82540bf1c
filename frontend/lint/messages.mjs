// Compares the committed catalogues with the texts in the source. `npm run messages` writes what is missing here.
import { getCatalogs } from '@lingui/cli/api'
import { getConfig } from '@lingui/conf'

const config = getConfig()
const problems = []
for (const catalog of await getCatalogs(config)) {
  const inSource = await catalog.collect()
  if (!inSource) throw new Error(`The texts of ${catalog.path} could not be read`)
  for (const locale of config.locales) {
    const committed = (await catalog.read(locale)) ?? {}
    for (const [id, { message }] of Object.entries(inSource))
      if (!(id in committed)) problems.push(`${catalog.path} (${locale}) lacks "${message ?? id}"`)
    for (const [id, { message }] of Object.entries(committed))
      if (!(id in inSource)) problems.push(`${catalog.path} (${locale}) still has "${message ?? id}"`)
  }
}
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\nRun \`npm run messages -w frontend\` and commit the result.\n`)
  process.exitCode = 1
}
