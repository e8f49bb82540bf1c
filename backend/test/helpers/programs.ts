import { readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))
/**
 * The folders with programs. They are compiled, because a TypeScript loader costs half a second of processor time at
 * each start.
 */
const FOLDERS = ['backend/src', 'backend/test', 'backend/engine/src']
/** Files with these names are started as programs, worker threads or processes. */
const PROGRAM =
  /^backend\/(src\/index|src\/(cli|seed)\/index|src\/operations\/\w+\/index|.*\.child|.*worker|test\/helpers\/endStorage)\.ts$/i
/** Names the folder of the programs in the environment of the test processes. */
const VARIABLE = 'TEST_PROGRAMS'

/**
 * Compiles every program that tests start, once for a whole run. The folder of the result mirrors the repository, and lies
 * in `node_modules`, so that the programs find their packages and files by the same relative paths.
 * @returns a function that removes the folder
 */
export async function buildPrograms(): Promise<() => Promise<void>> {
  const cache = join(REPOSITORY, 'node_modules', '.cache')
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'test-programs-'))
  process.env[VARIABLE] = folder
  await build({
    entryPoints: FOLDERS.flatMap(programsIn),
    outbase: REPOSITORY,
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['parley-source'],
    logLevel: 'error',
    plugins: [packagesStayOutside, addressesOf(folder)],
  })
  for (const file of ['backend/package.json', 'backend/node_modules', 'frontend'])
    await symlink(join(REPOSITORY, file), join(folder, file))
  return () => rm(folder, { recursive: true, force: true })
}

/** Returns the path of the compiled program, to start with `node`. */
export function programOf(script: string): string {
  const folder = process.env[VARIABLE]
  if (folder === undefined) throw new Error('buildPrograms() was not called')
  return join(folder, relative(REPOSITORY, script)).replace(/\.ts$/, '.js')
}

function programsIn(folder: string): string[] {
  const root = join(REPOSITORY, folder)
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((path) => PROGRAM.test(relative(REPOSITORY, path)))
}

/** Loads packages from `node_modules`. Only those of this repository are compiled. */
const packagesStayOutside: Plugin = {
  name: 'packages-stay-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('parley-') ? undefined : { path, external: true },
    )
  },
}

/** Gives each module the address of its compiled file, from which it finds workers and files. */
function addressesOf(folder: string): Plugin {
  return {
    name: 'addresses',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const address = pathToFileURL(join(folder, relative(REPOSITORY, path)).replace(/\.ts$/, '.js')).href
        const text = await readFile(path, 'utf8')
        return {
          contents: text.replaceAll('import.meta.url', JSON.stringify(address)),
          loader: 'ts',
          resolveDir: dirname(path),
        }
      })
    },
  }
}
