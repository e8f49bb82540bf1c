import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import * as engine from '../src/index.ts'
import { scratchDirectory } from './helpers/scratchDirectory.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

describe('docs/api.md', () => {
  it('describes every export of the package, and no other', () => {
    const types = [...read('src/index.ts').matchAll(/\btype \{([^}]*)\}|\btype (\w+)/g)]
      .flatMap(([, list = '', name = '']) => [...list.split(','), name])
      .map((name) => name.trim())
      .filter((name) => name !== '')
    const text = read('docs/api.md')
    const described = [...text.matchAll(/^## `(\w+)/gm)].map(([, name = '']) => name)
    expect(described.toSorted()).toEqual(Object.keys(engine).toSorted())
    const table = new Set([...text.slice(text.indexOf('## Types')).matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
    expect(types.filter((name) => !table.has(name))).toEqual([])
  })
})

describe('the example', () => {
  it.each([
    ['README.md', '1 notes\n'],
    ['docs/api.md', '0 open transactions\nnotes: 2 documents\n'],
  ])('of %s runs', { timeout: 60_000 }, (document, output) => {
    const example = /```ts\n(.*?)```/s.exec(read(document))?.[1] ?? ''
    const program = example.replace("'./data'", JSON.stringify(scratchDirectory()))
    // Beside the tests, because the example imports the package by its name.
    const file = join(import.meta.dirname, `example.${document.replaceAll('/', '-')}.mjs`)
    onTestFinished(() => rmSync(file, { force: true }))
    writeFileSync(file, program)
    const node = ['--conditions=parley-source', '--import=tsx', file]
    expect(execFileSync(process.execPath, node, { cwd: ROOT, encoding: 'utf8' })).toBe(output)
  })
})
