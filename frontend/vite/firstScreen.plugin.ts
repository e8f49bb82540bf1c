import { fileURLToPath } from 'node:url'
import type { Plugin, Rolldown } from 'vite'

type Graph = Pick<Rolldown.ChunkingContext, 'getModuleInfo'>

const ENTRY = source('app/main.tsx')
const SIGN_IN_PAGES = ['LoginPage', 'SignupPage', 'ResetPage'].map((page) => source(`accounts/${page}.tsx`))
const SIGNED_IN = source('app/signedIn.bundle.ts')
const START_CATALOGUE = source('locales/en/start.po')
const CHAT_CATALOGUE = source('locales/en/chat.po')
/** The file that exports all icons. */
const ICONS = /\/lucide-react\/dist\/esm\/lucide-react\.m?js$/
/** The font of most texts. The other fonts load when the page shows a letter of their range. */
const TEXT_FONT = /^assets\/hanken-grotesk-latin-wght-normal-.*\.woff2$/

/**
 * Lets the browser fetch all that the first screen needs in one round, in few files.
 *
 * Without this plugin an opened chat needs 34 scripts (a browser fetches six at a time over HTTP/1.1) in three rounds: a script
 * is asked for when the script that imports it has run. The plugin names chunks, and writes into index.html the list of the
 * files. The files of a signed-in user stand in a template: public/early.js copies it into the head where they are needed.
 */
export function firstScreen(): Plugin {
  let chunks: Map<string, string> | null = null
  return {
    name: 'parley-first-screen',
    apply: 'build',
    buildStart() {
      chunks = null
    },
    config: () => ({
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: {
              // A chunk takes its modules' imports with it, so the chunk that others import has the highest priority.
              groups: ['chat', 'forms', 'start'].map((chunk, index) => ({
                debugName: chunk,
                name: (id, graph) => ((chunks ??= chunkNames(graph)).get(id) === chunk ? chunk : null),
                priority: index,
              })),
            },
          },
        },
      },
    }),
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle }) => (bundle ? withPreloads(html, Object.values(bundle)) : html),
    },
  }
}

/**
 * Maps each module of the first screen to the name of its chunk: `start` for every visitor, `forms` for what both the sign-in
 * pages and the signed-in page need, `chat` for the signed-in page alone. Other modules are not in the map.
 */
function chunkNames(graph: Graph): Map<string, string> {
  const start = reachable(graph, [ENTRY])
  const signInPages = reachable(graph, SIGN_IN_PAGES)
  const names = new Map<string, string>()
  for (const id of start) names.set(id, 'start')
  for (const id of reachable(graph, [SIGNED_IN]))
    if (!start.has(id)) names.set(id, signInPages.has(id) ? 'forms' : 'chat')
  return names
}

/** Returns the modules that load with `roots`: these, and all that they import statically. */
function reachable(graph: Graph, roots: string[]): Set<string> {
  const found = new Set(roots)
  for (const id of found) for (const imported of importsOf(graph, id)) found.add(imported)
  return found
}

/** Returns the static imports of a module. Of the icons, all of which one file exports, it returns those that the module names. */
function importsOf(graph: Graph, id: string): string[] {
  const info = graph.getModuleInfo(id)
  return (info?.importedIds ?? []).flatMap((imported) => {
    if (!ICONS.test(imported)) return imported
    const icons = graph.getModuleInfo(imported)
    const [, names = ''] = /import\s*\{([^}]*)\}\s*from\s*["']lucide-react["']/.exec(info?.code ?? '') ?? []
    const files = names
      .split(',')
      .map(
        (name) =>
          new RegExp(`\\bas ${name.trim().split(' ')[0]}\\b[^}]*\\} from ["']\\.(/icons/[^"']+)`).exec(
            icons?.code ?? '',
          )?.[1],
      )
      .filter((file) => file !== undefined)
    return (
      icons?.importedIds.filter((icon) => !icon.includes('/icons/') || files.some((file) => icon.endsWith(file))) ?? []
    )
  })
}

/** Writes the links before the first script of the page, which would hold up the browser. */
function withPreloads(html: string, files: (Rolldown.OutputChunk | Rolldown.OutputAsset)[]): string {
  const chunks = files.filter((file) => file.type === 'chunk')
  const atStart = filesOf(chunks, [ENTRY])
  const forAll = filesOf(chunks, [ENTRY, START_CATALOGUE])
  const signedIn = filesOf(chunks, [SIGNED_IN, CHAT_CATALOGUE])
  const font = files.find(({ fileName }) => TEXT_FONT.test(fileName))
  const firstScript = html.indexOf('<script')
  if (!font || firstScript < 0)
    throw new Error('index.html has no script, or the font of most texts is not among its files')
  return (
    html.slice(0, firstScript) +
    [
      `<link rel="preload" as="font" type="font/woff2" crossorigin href="/${font.fileName}">`,
      ...forAll.filter((file) => !atStart.includes(file)).map(modulePreload),
      '<template id="signed-in-files">',
      ...signedIn.filter((file) => !forAll.includes(file)).map((file) => `  ${modulePreload(file)}`),
      '</template>',
      '',
    ].join('\n    ') +
    html.slice(firstScript)
  )
}

/** Returns the names of the chunks that hold `roots`, and of all chunks that these import statically. */
function filesOf(chunks: Rolldown.OutputChunk[], roots: string[]): string[] {
  const found = new Set(
    roots.map((root) => {
      const chunk = chunks.find(({ moduleIds }) => moduleIds.includes(root))
      if (!chunk) throw new Error(`${root} is in no chunk of the page`)
      return chunk.fileName
    }),
  )
  for (const file of found)
    for (const imported of chunks.find(({ fileName }) => fileName === file)?.imports ?? []) found.add(imported)
  return [...found]
}

const modulePreload = (file: string): string => `<link rel="modulepreload" crossorigin href="/${file}">`

function source(path: string): string {
  return fileURLToPath(new URL(`../src/${path}`, import.meta.url))
}
