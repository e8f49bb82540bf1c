import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DEPLOY } from './files.ts'

/** The program of main.go, made of parts of BuildKit, Compose and Kubernetes. `.ci/run` builds it. */
const VALIDATOR = process.env['DEPLOY_VALIDATOR']

const SECRETS = { JWT_SECRET: 'x', REDIS_PASSWORD: 'x', RABBITMQ_PASSWORD: 'x', S3_SECRET_ACCESS_KEY: 'x' }

/** Returns its output; empty when all is well. */
function validate(kind: string, path: string, env: Record<string, string> = SECRETS): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      VALIDATOR ?? '',
      [kind, path],
      { env: { PATH: process.env['PATH'], HOME: tmpdir(), ...env } },
      (error, _out, complaints) => {
        if (error && error.code !== 1) reject(error)
        else resolve(complaints)
      },
    )
  })
}

/** Makes a copy of all files with one fault. */
async function spoiled(file: string, from: string, to: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'parley-deploy-'))
  onTestFinished(() => rm(copy, { recursive: true, force: true }))
  await cp(DEPLOY, copy, { recursive: true })
  const text = await readFile(join(copy, file), 'utf8')
  expect(text).toContain(from)
  await writeFile(join(copy, file), text.replace(from, to))
  return copy
}

describe.skipIf(VALIDATOR === undefined)('the deployment files', () => {
  it.each([
    ['compose', 'compose.yaml'],
    ['compose', 'compose.cluster.yaml'],
    ['dockerfile', 'Dockerfile'],
    ['kubernetes', 'kubernetes/single'],
    ['kubernetes', 'kubernetes/cluster'],
  ])('is valid: %s %s', async (kind, path) => {
    expect(await validate(kind, join(DEPLOY, path))).toBe('')
  })

  it('requires the secrets of the cluster', async () => {
    expect(await validate('compose', join(DEPLOY, 'compose.cluster.yaml'), {})).toContain(
      'required variable JWT_SECRET is missing',
    )
  })

  it.each([
    ['compose', 'compose.yaml', 'compose.yaml', 'restart: unless-stopped', 'restarts: always', 'restarts'],
    [
      'compose',
      'compose.yaml',
      'compose.yaml',
      "volumes: ['data:/data']",
      "volumes: ['date:/data']",
      'undefined volume date',
    ],
    [
      'compose',
      'compose.cluster.yaml',
      'compose.cluster.yaml',
      'redis: { condition: service_healthy }',
      'reddis: { condition: service_healthy }',
      'reddis',
    ],
    [
      'compose',
      'compose.cluster.yaml',
      'compose.cluster.yaml',
      'healthcheck:\n      test: [CMD, rabbitmq',
      'x-healthcheck:\n      test: [CMD, rabbitmq',
      'has no healthcheck',
    ],
    ['dockerfile', 'Dockerfile', 'Dockerfile', 'USER 1000', 'USR 1000', 'unknown instruction: USR'],
    [
      'dockerfile',
      'Dockerfile',
      'Dockerfile',
      '--from=build /app/backend',
      '--from=built /app/backend',
      'no such stage',
    ],
    [
      'dockerfile',
      'Dockerfile',
      'Dockerfile',
      'FROM ${NODE_IMAGE} AS build',
      'FROM ${NODE_IMAGE} as build',
      'FromAsCasing',
    ],
    [
      'kubernetes',
      'kubernetes/cluster',
      'kubernetes/cluster/deployment.yaml',
      'readOnlyRootFilesystem',
      'readonlyRootFilesystem',
      'unknown field',
    ],
    [
      'kubernetes',
      'kubernetes/cluster',
      'kubernetes/cluster/deployment.yaml',
      'mountPath: /data',
      'mountPth: /data',
      'unknown field',
    ],
    [
      'kubernetes',
      'kubernetes/cluster',
      'kubernetes/cluster/deployment.yaml',
      '{ name: tmp, mountPath: /tmp }',
      '{ name: temp, mountPath: /tmp }',
      'volumeMounts[1].name: Not found: "temp"',
    ],
    [
      'kubernetes',
      'kubernetes/cluster',
      'kubernetes/cluster/deployment.yaml',
      'matchLabels: { app.kubernetes.io/component: node }\n  template',
      'matchLabels: { app.kubernetes.io/component: nodes }\n  template',
      '`selector` does not match template `labels`',
    ],
    [
      'kubernetes',
      'kubernetes/cluster',
      'kubernetes/cluster/deployment.yaml',
      'allowPrivilegeEscalation: false',
      'allowPrivilegeEscalation: true',
      'not allowed by Pod Security "restricted": allowPrivilegeEscalation',
    ],
    [
      'kubernetes',
      'kubernetes/cluster',
      'kubernetes/cluster/hpa.yaml',
      'minReplicas: 2',
      'minReplicas: 30',
      'must be greater than or equal to',
    ],
    [
      'kubernetes',
      'kubernetes/cluster',
      'kubernetes/cluster/pdb.yaml',
      'maxUnavailable: 1',
      'maxUnavailable: 1\n  minAvailable: 1',
      'cannot be both set',
    ],
    [
      'kubernetes',
      'kubernetes/cluster',
      'kubernetes/cluster/kustomization.yaml',
      '- pdb.yaml',
      '- pbd.yaml',
      'pbd.yaml',
    ],
    [
      'kubernetes',
      'kubernetes/single',
      'kubernetes/single/statefulset.yaml',
      'storage: 20Gi',
      'storage: 20GB',
      'quantities must match',
    ],
  ])('is refused when it is broken: %s %s, %s: %s', async (kind, path, file, from, to, complaint) => {
    expect(await validate(kind, join(await spoiled(file, from, to), path))).toContain(complaint)
  })
})
