import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { excludedReason, testFiles } from './files.ts'
import { fileReport, summary } from './report.ts'
import { runFile, type FileResult } from './run.ts'
import { createWorkspace } from './workspace.ts'

/*
 * Runs Mongoose's own tests on the engine: `npm run test:mongoose -w parley-engine -- <checkout> [part of a file's
 * name …]`. The checkout is one of Automattic/mongoose at the installed version. A failing test is a result and not an
 * error: the command only fails if the tests could not run.
 */
const PROCESSES = Math.min(2, availableParallelism())

const [checkout, ...names] = process.argv.slice(2)
if (checkout === undefined) {
  process.stderr.write(
    'Tell where a checkout of Automattic/mongoose is: npm run test:mongoose -w parley-engine -- <folder>\n',
  )
  process.exitCode = 2
} else {
  // npm runs the script in the workspace, but the path is relative to the caller's working directory.
  await main(resolve(process.env['INIT_CWD'] ?? '.', checkout)).catch((error: unknown) => {
    process.stderr.write(
      `Mongoose's tests could not be run: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    process.exitCode = 2
  })
}

async function main(folder: string): Promise<void> {
  const files = testFiles(folder).filter((file) => names.length === 0 || names.some((name) => file.includes(name)))
  if (files.length === 0) throw new Error(`${folder} has no such test files`)
  const workspace = createWorkspace(folder)
  try {
    process.stdout.write(`Mongoose ${workspace.installed}, its tests of ${workspace.tests}, ${files.length} files\n\n`)
    const results: FileResult[] = []
    const waiting = files.filter((file) => excludedReason(file) === undefined)
    const work = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        const result = await runFile(workspace.folder, file)
        results.push(result)
        if (results.every(({ tests }) => tests.length === 0))
          throw new Error(`${file} ran no test: ${result.end ?? 'it has none'}`)
        process.stdout.write(fileReport(result))
      }
    }
    await Promise.all(Array.from({ length: PROCESSES }, work))
    process.stdout.write(summary(results, files))
  } finally {
    workspace.remove()
  }
}
