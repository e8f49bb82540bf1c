import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig, VARIABLE_NAMES } from '../../src/config.ts'

const file = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8')

describe('.env.example', () => {
  it('has every variable once, and none that is unknown', async () => {
    const names = [...(await file('.env.example')).matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1])
    expect(names.toSorted(undefined)).toEqual(VARIABLE_NAMES.toSorted(undefined))
  })

  it('shows the default of each variable that has one, and a valid value of the others', async () => {
    const lines = [...(await file('.env.example')).matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)]
    const shown = Object.fromEntries(lines.map(([, name, value]) => [name ?? '', value ?? '']))
    const without = new Set(['HOST', 'MONGO_DB_URI', 'JWT_SECRET', 'SECURE_COOKIES', 'ALLOWED_ORIGINS'])
    const defaults = Object.fromEntries(Object.entries(shown).filter(([name]) => !without.has(name)))
    expect(parseConfig(defaults)).toEqual(parseConfig({}))
    expect(() => parseConfig({ ...shown, JWT_SECRET: 'x'.repeat(32) })).not.toThrow()
  })
})

describe('README.md', () => {
  it('has every variable in its table', async () => {
    const table = /## Configure it\n(.*?)\n## /s.exec(await file('README.md'))?.[1] ?? ''
    const names = table.split('\n').flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([A-Z][A-Z0-9_]*)`/g)].map((match) => match[1]))
    expect(names.toSorted(undefined)).toEqual(VARIABLE_NAMES.toSorted(undefined))
  })
})

describe('configuration', () => {
  it('needs nothing, and takes empty variables for absent ones', () => {
    expect(parseConfig({ PORT: '', JWT_SECRET: ' ', UNRELATED: 'x' })).toEqual(parseConfig({}))
    expect(parseConfig({})).toMatchObject({ port: 3000, mongoUri: undefined, jwtSecret: undefined, trustProxy: 0, accessTokenSeconds: 900 })
  })

  it('names every bad variable in one message', () => {
    const bad = { PORT: '70000', JWT_SECRET: 'short', MONGO_DB_URI: 'postgres://x', ALLOWED_ORIGINS: 'https://a.example, b.example/path', SECURE_COOKIES: 'maybe', BCRYPT_COST: '3' }
    expect(() => parseConfig(bad)).toThrow(ConfigError)
    for (const name of Object.keys(bad)) expect(() => parseConfig(bad)).toThrow(new RegExp(`^  ${name}: `, 'm'))
  })

  it('asks for the secret that several nodes must share', () => {
    expect(() => parseConfig({ MONGO_DB_URI: 'mongodb://db/parley' })).toThrow(/^ {2}JWT_SECRET: is required with MONGO_DB_URI/m)
  })

  it('cannot be changed once it is read', () => {
    expect(Object.isFrozen(parseConfig({}))).toBe(true)
  })
})
