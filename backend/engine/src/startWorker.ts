import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import type * as Esbuild from 'esbuild'

/** The size of a thread's young generation. It is small, because documents pass through as bytes and not as objects. */
const YOUNG_GENERATION_MB = 8

const OPTIONS: WorkerOptions = { name: 'storage', resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } }

/**
 * Starts a worker thread of the engine. In the built package the module is JavaScript; the build puts this file's code
 * in the top folder, where the file lies in the sources too. In a checkout the module is TypeScript, which Node 20
 * cannot load in a worker, so esbuild bundles it in memory, once per process.
 */
export function startWorker(): Worker {
  const isCompiled = !import.meta.url.endsWith('.ts')
  return isCompiled
    ? new Worker(new URL('./worker/worker.js', import.meta.url), OPTIONS)
    : new Worker((bundle ??= bundled(new URL('./worker/worker.ts', import.meta.url))), { ...OPTIONS, eval: true })
}

let bundle: string | undefined

function bundled(module: URL): string {
  // Required here, because only a checkout has esbuild.
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
  return outputFiles[0]?.text ?? ''
}
