import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { freePort } from '../helpers/freePort.ts'
import { argumentsIn, NGINX, settingsIn, startNginx } from '../helpers/nginx.ts'
import { DEPLOY } from './files.ts'

export interface Site {
  directory: string
  /** The ports here for 80 or 8080, and for 443. */
  http: number
  https: number
}

/**
 * Makes a copy of the deployed files with other paths, ports and addresses. @param behind the ports instead of the
 * nodes and the bucket
 */
export async function prepareSite(
  site: string,
  behind: { nodes: number[]; bucket?: number },
  spoil = (text: string) => text,
): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-nginx-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const [http, https] = [await freePort(), await freePort()]
  await cp(join(DEPLOY, 'nginx'), directory, { recursive: true })
  await selfSigned(directory)
  const settings = settingsIn(directory)
  const [first = 1, second = first] = behind.nodes
  const changes: [RegExp, string][] = [
    [/\/etc\/nginx\/parley-site\.conf/g, join(directory, site)],
    [/\/etc\/nginx\/parley\//g, `${directory}/`],
    [/\/etc\/nginx\/certificates|\/etc\/letsencrypt\/live\/chat\.example\.org/g, directory],
    [/\/var\/cache\/nginx\/parley/g, join(directory, 'cache')],
    [/listen \[::\].*/g, ''],
    [/listen (?:80|8080)\b/g, `listen 127.0.0.1:${http}`],
    [/listen 443\b/g, `listen 127.0.0.1:${https}`],
    [/127\.0\.0\.1:3000|172\.30\.8\.11:3000/g, `127.0.0.1:${first}`],
    [/172\.30\.8\.12:3000/g, `127.0.0.1:${second}`],
    [/172\.30\.8\.20:7070/g, `127.0.0.1:${behind.bucket ?? 1}`],
    [/^worker_processes auto;/gm, settings.main],
    [/^worker_rlimit_nofile.*|^events .*/gm, ''],
    [/^http \{/gm, `events { worker_connections 4096; }\nhttp { ${settings.http}`],
  ]
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.conf')) continue
    const path = join(directory, name)
    await writeFile(
      path,
      changes.reduce((text, [from, to]) => text.replace(from, to), spoil(await readFile(path, 'utf8'))),
    )
  }
  return { directory, http, https }
}

/** Returns the output of `nginx -t`: empty when all is well. */
export async function complaintsAbout({ directory }: Site): Promise<string> {
  const { stderr } = await promisify(execFile)(NGINX ?? '', [...argumentsIn(directory), '-t']).catch(
    (error: { stderr: string }) => error,
  )
  return stderr.replace(/^.*(?:syntax is ok|test is successful)\n/gm, '')
}

export async function startSite(site: Site): Promise<Site> {
  onTestFinished(await startNginx(site.directory, `http://127.0.0.1:${site.http}/`))
  return site
}

async function selfSigned(directory: string): Promise<void> {
  const names = [
    '-subj',
    '/CN=chat.example.org',
    '-addext',
    'subjectAltName=DNS:chat.example.org,DNS:media.example.org',
  ]
  const files = ['-keyout', join(directory, 'privkey.pem'), '-out', join(directory, 'fullchain.pem')]
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    ...names,
    ...files,
  ])
}
