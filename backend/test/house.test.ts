import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FILES = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '')
const SOURCES = FILES.filter((path) => /^(backend|frontend)\/src\/.*\.tsx?$/.test(path))

const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8')
const foldersIn = (parent: string) =>
  [...new Set(SOURCES.flatMap((path) => path.match(new RegExp(`^${parent}/([^/]+)/`))?.[1] ?? []))].toSorted(undefined)

describe('the folders', () => {
  it.each(['backend/src', 'frontend/src'])(
    'of %s are all in the map of the README, and the map has no others',
    (parent) => {
      const mapped = [...read('README.md').matchAll(new RegExp(`^\\| \`${parent}/([^/\`]+)/\``, 'gm'))].map(
        ([, name]) => name,
      )
      expect(mapped.toSorted(undefined)).toEqual(foldersIn(parent))
    },
  )

  it('have at most 30 files each', () => {
    const counts = new Map<string, number>()
    for (const path of FILES.filter((name) => /^(backend\/(src|test|bench)|frontend\/(src|test|e2e))\//.test(name)))
      counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1)
    expect([...counts].filter(([, count]) => count > 30)).toEqual([])
  })

  it('of the tests mirror the folders of the sources', () => {
    const folders = new Set(foldersIn('backend/src'))
    const tested = FILES.flatMap((path) => path.match(/^backend\/test\/([^/]+)\/[^/]+\.test\.ts$/)?.[1] ?? [])
    const others = new Set(['deliveryModel', 'deploy'])
    expect([...new Set(tested)].filter((name) => !folders.has(name) && !others.has(name))).toEqual([])
  })
})

describe('the lint rules', () => {
  interface Pattern {
    regex?: string
  }
  interface Override {
    files: string[]
    rules: { 'no-restricted-imports'?: [string, { patterns: Pattern[] }] }
  }
  const overridesOf = (workspace: string) =>
    (JSON.parse(read(`${workspace}/.oxlintrc.json`)) as { overrides: Override[] }).overrides
  /** Returns the override that says what a folder may import. */
  const importRuleOf = (workspace: string, folder: string) =>
    overridesOf(workspace).find(
      ({ files, rules }) =>
        rules['no-restricted-imports'] &&
        files.some((glob) => glob === `src/${folder}/**` || glob === `src/${folder}/*`),
    )

  it.each(['backend', 'frontend'])('of %s say for every folder what it may import', (workspace) => {
    expect(foldersIn(`${workspace}/src`).filter((folder) => !importRuleOf(workspace, folder))).toEqual([])
  })

  it('refuse an import into a server feature other than through its index.ts', () => {
    const order = /^settings <- [\s\S]*?(?=^```)/m.exec(read('backend/docs/ARCHITECTURE.md'))?.[0] ?? ''
    const features = order.match(/\w+/g) ?? []
    expect(features).toContain('admin')
    const allowed = foldersIn('backend/src').flatMap((folder) => {
      const patterns = importRuleOf('backend', folder)?.rules['no-restricted-imports']?.[1].patterns ?? []
      return features
        .filter((feature) => feature !== folder)
        .map((feature) => `../${feature}/thing.service.ts`)
        .filter((path) => !patterns.some(({ regex }) => regex !== undefined && new RegExp(regex).test(path)))
        .map((path) => `${folder}: ${path}`)
    })
    expect(allowed).toEqual([])
  })

  it('let only database/ and operations/ import the engine', () => {
    const importers = foldersIn('backend/src').filter((folder) =>
      importRuleOf('backend', folder)?.rules['no-restricted-imports']?.[1].patterns.every(
        ({ regex }) => regex === undefined || !new RegExp(regex).test('parley-engine'),
      ),
    )
    expect(importers).toEqual(['database', 'operations'])
  })
})

describe('file names', () => {
  it('say the thing and its role', () => {
    const free = /\/(lib|ui|contract)\/|\/index\.tsx?$|^backend\/src\/[a-z]+\.ts$|\.d\.ts$|\/main\.tsx$/
    const named = /^([A-Z]\w*\.tsx|use[A-Z]\w*\.tsx?|[a-z]\w*\.[a-zA-Z]+\.tsx?)$/
    expect(SOURCES.filter((path) => !free.test(path) && !named.test(basename(path)))).toEqual([])
  })

  it.each([
    'mute(?!x)',
    'profile',
    'people.?search',
    'retention',
    'delete.?account',
    'group.?invite',
    'upload',
    'typing',
    'presence',
    'session',
  ])('find %s in the server and in the page', (word) => {
    const found = SOURCES.filter((path) => new RegExp(word, 'i').test(path))
    expect(['backend', 'frontend'].filter((part) => !found.some((path) => path.startsWith(`${part}/`)))).toEqual([])
  })
})

describe('the promises', () => {
  it('of ARCHITECTURE each have a test that names their id', () => {
    const ids = [...read('backend/docs/ARCHITECTURE.md').matchAll(/^\| `(\[[A-Z]+\d\])` \|/gm)].map(
      ([, id]) => id ?? '',
    )
    const tests = FILES.filter((path) => /^backend\/test\/(?!house).*\.ts$/.test(path)).map(read)
    expect(ids.length).toBeGreaterThan(5)
    expect(ids.filter((id) => !tests.some((text) => text.includes(`${id} `)))).toEqual([])
  })
})

describe('the documents', () => {
  it.each(FILES.filter((path) => path.endsWith('.md')))('%s name only files that exist', (document) => {
    const names = [...read(document).matchAll(/`((?:backend|frontend)\/[\w./-]+\.(?:ts|tsx|md|mjs))`/g)].map(
      ([, name]) => name,
    )
    expect(names.filter((name) => name !== undefined && !FILES.includes(name))).toEqual([])
    const links = [...read(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) => link ?? '')
    const broken = links.filter((link) => {
      const target = new URL(link, `file:///${document}`).pathname.slice(1)
      return !FILES.includes(target) && !FILES.some((path) => path.startsWith(`${target.replace(/\/$/, '')}/`))
    })
    expect(broken).toEqual([])
  })
})
