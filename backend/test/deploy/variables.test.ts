import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import request from 'supertest'
import { expect, it } from 'vitest'
import { parseConfig, VARIABLE_NAMES } from '../../src/config.ts'
import { startNode } from '../helpers/startServer.ts'
import { deployed, ROOT } from './files.ts'

/** The places where each file names variables of Parley. */
const NAMED: [file: string, pattern: RegExp][] = [
  ['compose.cluster.yaml', /^ {4}([A-Z][A-Z0-9_]+): /gm],
  ['kubernetes/cluster/configmap.yaml', /^ {2}([A-Z][A-Z0-9_]+): /gm],
  ['kubernetes/cluster/secret.yaml', /^ {2}([A-Z][A-Z0-9_]+): /gm],
  ['kubernetes/single/statefulset.yaml', /- \{ name: ([A-Z][A-Z0-9_]+), value/g],
  ['aws/task-definition.json', /\{ "name": "([A-Z][A-Z0-9_]+)", "value/g],
  ['render.yaml', /key: ([A-Z][A-Z0-9_]+)/g],
  ['systemd/parley.service', /[= ]([A-Z][A-Z0-9_]+)=/g],
  ['Dockerfile', /(?<=^ENV .*)\b([A-Z_]+)=/gm],
]

it.each(NAMED)('%s names existing variables', async (file, pattern) => {
  const names = [...(await deployed(file)).matchAll(pattern)].map((match) => match[1] ?? '')
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter((name) => !VARIABLE_NAMES.includes(name))).toEqual([])
})

it.each(['cluster', 'single'])('kubernetes/%s ships the namespace that it names', async (kind) => {
  const kustomization = await deployed(`kubernetes/${kind}/kustomization.yaml`)
  const [, name] = /^namespace: (\S+)$/m.exec(kustomization) ?? []
  expect(kustomization).toContain('- namespace.yaml')
  expect(await deployed(`kubernetes/${kind}/namespace.yaml`)).toContain(`kind: Namespace\nmetadata:\n  name: ${name}\n`)
})

it('the variables of the Kubernetes files make a valid configuration with secrets in place of the placeholders', async () => {
  const text = `${await deployed('kubernetes/cluster/configmap.yaml')}\n${await deployed('kubernetes/cluster/secret.yaml')}`
  const env = Object.fromEntries(
    [...text.matchAll(/^ {2}([A-Z][A-Z0-9_]+): '?(.*?)'?$/gm)].map(([, name, value]) => [name ?? '', value ?? '']),
  )
  expect(() => parseConfig(env)).toThrow(/JWT_SECRET: is a placeholder/)
  const filled = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value.replace(/change-me[\w-]*/, 'Zq3xW7pLk9Tn2Vb6Hd4Rf8Ys1Mc5Jg0A'),
    ]),
  )
  expect(parseConfig(filled)).toMatchObject({ trustProxy: 1, s3: { bucket: 'parley-media' } })
})

it('a page on Vercel or Netlify has the policy that the server sends with its own page', async () => {
  const { url } = await startNode()
  const { headers } = await request(url).get('/')
  const { headers: rules } = JSON.parse(await readFile(join(ROOT, 'frontend/vercel.json'), 'utf8')) as {
    headers: { source: string; headers: { key: string; value: string }[] }[]
  }
  const netlify = await readFile(join(ROOT, 'frontend/netlify.toml'), 'utf8')
  const given = new Map(
    rules.find(({ source }) => source === '/(.*)')?.headers.map(({ key, value }) => [key.toLowerCase(), value]),
  )
  expect(policy(given.get('content-security-policy'))).toEqual(policy(headers['content-security-policy']))
  expect(listed(given.get('permissions-policy'))).toEqual(listed(headers['permissions-policy']))
  for (const name of ['x-content-type-options', 'x-frame-options', 'referrer-policy', 'cross-origin-opener-policy']) {
    expect([name, given.get(name)]).toEqual([name, headers[name]])
  }
  // As for a built page. Here the page need not be built.
  expect(given.get('cache-control')).toBe('no-cache')
  for (const { headers } of rules) {
    for (const { key, value } of headers) expect(netlify).toContain(`\n${key} = "${value}"\n`)
  }
})

/** Removes the origins of the server and of the bucket. */
const policy = (text = '') =>
  text
    .split(';')
    .map((directive) => directive.replace(/ (?:https|wss):\S+/g, '').trim())
    .toSorted(undefined)
const listed = (text = '') => text.split(', ').toSorted(undefined)
