import { createHash } from 'node:crypto'
import { fork, type ChildProcess, type ForkOptions } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import type * as Esbuild from 'esbuild'

/**
 * Starts a worker thread from a module of this project.
 * @param module the address of the TypeScript file. In the build, where each worker is a file beside the others, its
 * JavaScript is started
 *
 * In development and tests Node loads the module as TypeScript. Node 20 cannot load it in a worker, because `--import` in
 * `execArgv` does not reach the worker's own entry. So the module is bundled in memory first, which takes a tenth of a
 * second once a process; a worker then starts twice as fast as with a loader of its own.
 */
export function startWorker(module: URL, options: Omit<WorkerOptions, 'eval'> = {}): Worker {
  return IS_BUILT ? new Worker(builtFrom(module), options) : new Worker(bundleOf(module), { ...options, eval: true })
}

/**
 * Starts a process from a module of this project, as `startWorker` does a thread.
 */
export function forkModule(module: URL, options: Omit<ForkOptions, 'execArgv'>): ChildProcess {
  const file = IS_BUILT ? fileURLToPath(builtFrom(module)) : bundleFileOf(module)
  return fork(file, [], { ...options, execArgv: [] })
}

const IS_BUILT = import.meta.url.endsWith('.js')

const builtFrom = (module: URL): URL => new URL(module.href.replace(/\.ts$/, '.js'))

const bundles = new Map<string, string>()

function bundleOf(module: URL): string {
  const known = bundles.get(module.href)
  if (known !== undefined) return known
  // Loaded here, because a production install need not have esbuild.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `require` is untyped
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof Esbuild
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(module)],
    bundle: true,
    write: false,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    define: { 'import.meta.url': JSON.stringify(module.href) },
  })
  const code = outputFiles[0]?.text ?? ''
  bundles.set(module.href, code)
  return code
}

/** The path of a bundle. It lies in `node_modules`, where the packages that it needs are found. */
function bundleFileOf(module: URL): string {
  const code = bundleOf(module)
  const packages = dirname(dirname(createRequire(import.meta.url).resolve('esbuild/package.json')))
  const folder = join(packages, '.cache', 'parley')
  const hash = createHash('sha256').update(code).digest('hex')
  const file = join(folder, `${basename(module.pathname, '.ts')}.${hash}.cjs`)
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    // Another process may make the same file at this moment.
    const part = `${file}.${process.pid}`
    writeFileSync(part, code)
    renameSync(part, file)
  }
  return file
}
