import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig, VARIABLE_NAMES } from '../src/config.ts'

const JWT_SECRET = 'for tests only: thirty-two characters'

const file = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('.env.example', () => {
  it('has every variable once, and no unknown one', async () => {
    const names = [...(await file('.env.example')).matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1])
    expect(names.toSorted(undefined)).toEqual(VARIABLE_NAMES.toSorted(undefined))
  })

  it('shows the default of each variable that has one, and a valid value of the others', async () => {
    const lines = [...(await file('.env.example')).matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)]
    const shown = Object.fromEntries(lines.map(([, name, value]) => [name ?? '', value ?? '']))
    const without = new Set([
      'HOST',
      'MONGO_DB_URI',
      'REDIS_URL',
      'AMQP_URL',
      'JWT_SECRET',
      'SECURE_COOKIES',
      'ALLOWED_ORIGINS',
      'ALLOWED_HOSTS',
      'SETUP_CODE',
      'S3_BUCKET',
      'S3_ENDPOINT',
      'MEDIA_CDN_URL',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
    ])
    const defaults = Object.fromEntries(Object.entries(shown).filter(([name]) => !without.has(name)))
    expect(parseConfig(defaults)).toEqual(parseConfig({}))
    const secrets = { JWT_SECRET, CLOUDFRONT_KEY_PAIR_ID: 'K2', CLOUDFRONT_PRIVATE_KEY: newKey() }
    expect(() => parseConfig({ ...shown, ...secrets })).not.toThrow()
  })
})

describe('README.md', () => {
  it('has every variable in its table', async () => {
    const table = /## Configure\n(.*?)\n## /s.exec(await file('README.md'))?.[1] ?? ''
    const names = table
      .split('\n')
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([A-Z][A-Z0-9_]*)`/g)].map((match) => match[1]))
    expect(names.toSorted(undefined)).toEqual(VARIABLE_NAMES.toSorted(undefined))
  })
})

function newKey(): string {
  return String(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }))
}

describe('configuration', () => {
  it('needs no variable, and treats empty variables as absent', () => {
    expect(parseConfig({ PORT: '', JWT_SECRET: ' ', UNRELATED: 'x' })).toEqual(parseConfig({}))
    expect(parseConfig({})).toMatchObject({
      port: 3000,
      mongoUri: undefined,
      jwtSecret: undefined,
      trustProxy: 0,
      accessTokenSeconds: 900,
    })
  })

  it('names every bad variable in one message', () => {
    const bad = {
      PORT: '70000',
      JWT_SECRET: 'short',
      MONGO_DB_URI: 'postgres://x',
      ALLOWED_ORIGINS: 'https://a.example, b.example/path',
      SECURE_COOKIES: 'maybe',
      BCRYPT_COST: '3',
    }
    expect(() => parseConfig(bad)).toThrow(ConfigError)
    for (const name of Object.keys(bad)) expect(() => parseConfig(bad)).toThrow(new RegExp(`^  ${name}: `, 'm'))
  })

  it('requires the secret that several nodes must share', () => {
    expect(() => parseConfig({ MONGO_DB_URI: 'mongodb://db/parley' })).toThrow(
      /^ {2}JWT_SECRET: is required with MONGO_DB_URI/m,
    )
  })

  it('accepts a key with \\n for its line breaks, as in an environment variable', () => {
    const key = newKey()
    const cdn = { S3_BUCKET: 'media', MEDIA_CDN_URL: 'https://media.example.org', CLOUDFRONT_KEY_PAIR_ID: 'K2' }
    expect(
      parseConfig({ ...cdn, CLOUDFRONT_PRIVATE_KEY: key.replaceAll('\n', String.raw`\n`) }).s3?.cdn?.privateKey,
    ).toBe(key)
    expect(() => parseConfig({ ...cdn, CLOUDFRONT_PRIVATE_KEY: 'none' })).toThrow(
      /CLOUDFRONT_PRIVATE_KEY: must be a private key/,
    )
  })

  it('refuses a CDN without signatures', () => {
    expect(() => parseConfig({ S3_BUCKET: 'media', MEDIA_CDN_URL: 'https://media.example.org' })).toThrow(
      /CLOUDFRONT_PRIVATE_KEY: is required/,
    )
    expect(() => parseConfig({ S3_ENDPOINT: 'https://s3.example.org' })).toThrow(/S3_BUCKET: is required/)
  })

  it('allows more time to stop with several nodes, and requires that the grace fits into it', () => {
    expect(parseConfig({})).toMatchObject({ shutdownSeconds: 8, readyGraceSeconds: 0 })
    const several = { REDIS_URL: 'redis://cache', MONGO_DB_URI: 'mongodb://db/parley', JWT_SECRET }
    expect(parseConfig(several)).toMatchObject({ shutdownSeconds: 30, readyGraceSeconds: 5 })
    expect(() => parseConfig({ READY_GRACE_SECONDS: '8' })).toThrow(/SHUTDOWN_SECONDS: must be more/)
    expect(() => parseConfig({ ...several, SHUTDOWN_SECONDS: '5' })).toThrow(
      /^ {2}SHUTDOWN_SECONDS: must be more than READY_GRACE_SECONDS/m,
    )
  })

  it('reads the headers of a collector in the form of OpenTelemetry', () => {
    const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://traces.example.org' }
    expect(
      parseConfig({ ...tracing, OTEL_EXPORTER_OTLP_HEADERS: 'x-team=chat, authorization=Basic%20abc=' }).tracing
        ?.headers,
    ).toEqual({ 'x-team': 'chat', authorization: 'Basic abc=' })
    expect(() => parseConfig({ ...tracing, OTEL_EXPORTER_OTLP_HEADERS: 'nothing' })).toThrow(
      /OTEL_EXPORTER_OTLP_HEADERS: must be name=value/,
    )
  })

  it('cannot be changed after it was read', () => {
    expect(Object.isFrozen(parseConfig({}))).toBe(true)
  })
})

it.each([
  ['the placeholder of a deployment example', 'change-me-to-the-output-of-openssl-rand-base64-48'],
  ['one character again and again', 'a'.repeat(32)],
  ['two words again and again', 'abcabcabcabcabcabcabcabcabcabcabc'],
])('refuses %s as a secret', (_, secret) => {
  expect(() => parseConfig({ JWT_SECRET: secret })).toThrow(/JWT_SECRET: is (a placeholder|easy to guess)/)
  expect(() => parseConfig({ METRICS_TOKEN: secret })).toThrow(/METRICS_TOKEN: is (a placeholder|easy to guess)/)
})
