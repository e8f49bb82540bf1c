import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'

/**
 * Bundles the server with the packages that every start loads. Node starts a few large files in half of the time of two
 * thousand small ones. All files lie in one folder, because `import.meta.url` names the file that a module was bundled
 * into.
 */
const entryPoints = {
  index: 'src/index.ts',
  admin: 'src/cli/index.ts',
  seed: 'src/seed/index.ts',
  backup: 'src/operations/backup/index.ts',
  move: 'src/operations/move/index.ts',
  restore: 'src/operations/restore/index.ts',
  shard: 'src/operations/shard/index.ts',
  'backup.worker': 'src/operations/backup/backup.worker.ts',
  'image.worker': 'src/media/images/image.worker.ts',
  'password.worker': 'src/lib/passwords/password.worker.ts',
  // The engine starts its worker under this name.
  'worker/worker': 'engine/src/worker/worker.ts',
}

/** Packages that stay in `node_modules`. */
const external = [
  // Native code.
  '@node-rs/bcrypt',
  '@photostructure/sqlite',
  'sharp',
  // Loaded only when they are configured or used.
  '@aws-sdk/*',
  '@opentelemetry/*',
  '@redis/client',
  'amqplib',
  'dotenv',
  'prom-client',
  'tar',
  // For development.
  'esbuild',
  // Parts that MongoDB's client, pino and ws use if they are installed.
  '@mongodb-js/zstd',
  'aws4',
  'gcp-metadata',
  'kerberos',
  'mongodb-client-encryption',
  'snappy',
  'socks',
  'bufferutil',
  'thread-stream',
  'utf-8-validate',
]

/** Packages that are CommonJS call `require` for Node's modules. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`

/** Leaves out zod's texts in all languages but English: they cost 8 MiB. The page has its own texts. */
const withoutLocales = {
  name: 'without-locales',
  setup: ({ onLoad }) =>
    onLoad({ filter: /node_modules[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: `export { default as en } from './en.js'`,
    })),
}

/** Keeps JSON as a text: V8 parses it several times faster than an object literal. */
const jsonAsText = {
  name: 'json-as-text',
  setup: ({ onLoad }) =>
    onLoad({ filter: /node_modules.*\.json$/ }, ({ path }) => ({
      contents: `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))))})`,
    })),
}

rmSync('dist', { recursive: true, force: true })
const { metafile } = await build({
  entryPoints,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  external,
  // The engine and its worker as sources; one copy of BSON for `import` and `require`.
  conditions: ['parley-source'],
  alias: { bson: createRequire(import.meta.url).resolve('bson') },
  plugins: [withoutLocales, jsonAsText],
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  banner: { js: REQUIRE },
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
})

// esbuild escapes all letters but those of regular expressions. One of them would double the memory of a whole file.
for (const file of Object.keys(metafile.outputs).filter((file) => file.endsWith('.js'))) {
  const text = readFileSync(file, 'utf8')
  const ascii = text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  if (ascii !== text) writeFileSync(file, ascii)
}
writeFileSync(join('dist', 'THIRD-PARTY-LICENSES.txt'), licenseTexts(Object.keys(metafile.inputs)))

/** Returns the license of each package that was bundled. @throws Error when a package has none */
function licenseTexts(inputs) {
  const folders = new Set(inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]))
  const texts = [...folders].filter(Boolean).map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (typeof license !== 'string') throw new Error(`${name} states no license`)
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
    return `${name} ${version} (${license})\n\n${text}`
  })
  return `The server contains these packages.\n\n${texts.toSorted().join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}
