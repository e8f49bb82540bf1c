import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Attachment, Message, Upload } from '../../src/contract/index.ts'
import { newId, type Person } from '../helpers/people.ts'
import type { TestServer } from '../helpers/startServer.ts'

/** Announces an upload. */
export async function announce(person: Person, name: string, size: number): Promise<Upload> {
  const { status, body } = await person.post('/api/uploads', { name, size })
  if (status !== 201) throw new Error(`The upload was refused: ${JSON.stringify(body)}`)
  return body
}

/** One PATCH of tus. */
export function patch(
  server: Pick<TestServer, 'url'>,
  person: Person,
  url: string,
  offset: number,
  body: Uint8Array<ArrayBuffer> | ReadableStream,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(server.url + url, {
    method: 'PATCH',
    headers: { ...tusHeaders(person, offset), ...headers },
    body,
    duplex: 'half',
  })
}

export function tusHeaders(person: Person, offset: number): Record<string, string> {
  return {
    authorization: `Bearer ${person.accessToken}`,
    'tus-resumable': '1.0.0',
    'content-type': 'application/offset+octet-stream',
    'upload-offset': String(offset),
  }
}

/** HEAD of tus. */
export function status(server: Pick<TestServer, 'url'>, person: Person, url: string): Promise<Response> {
  return fetch(server.url + url, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${person.accessToken}`, 'tus-resumable': '1.0.0' },
  })
}

/** Uploads a content in the way that the server asks for, and completes it. */
export async function upload(
  server: Pick<TestServer, 'url'>,
  person: Person,
  name: string,
  content: Buffer,
  said: object = {},
): Promise<Attachment> {
  const { id, target } = await announce(person, name, content.length)
  const sent =
    target.kind === 'presigned'
      ? await fetch(target.url, { method: 'PUT', headers: target.headers, body: new Uint8Array(content) })
      : await patch(server, person, target.url, 0, new Uint8Array(content))
  if (!sent.ok) throw new Error(`The content was refused: ${sent.status} ${await sent.text()}`)
  const { status, body } = await person.post(`/api/uploads/${id}/complete`, said)
  if (status !== 200) throw new Error(`It cannot be completed: ${JSON.stringify(body)}`)
  return body
}

export async function send(person: Person, to: object, attachments: Attachment[], text = ''): Promise<Message> {
  const { status, body } = await person.post('/api/messages', {
    ...to,
    text,
    attachmentIds: attachments.map(({ id }) => id),
    clientMessageId: newId(),
  })
  if (status !== 201) throw new Error(`The message was refused: ${JSON.stringify(body)}`)
  return body
}

/** Sends a GET as an element of a page does. */
export function fetchAs(
  server: Pick<TestServer, 'url'>,
  person: Person | null,
  path: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(server.url + path, {
    headers: { ...(person && { cookie: `parley_access=${person.accessToken}` }), ...headers },
  })
}

export function original({ id }: Attachment): string {
  return `/api/media/${id}/original`
}

/** Returns every file below a directory. */
export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
}

/** Returns the files that contain these bytes. */
export function holding(directory: string, canary: string): string[] {
  return filesBelow(directory).filter((path) => readFileSync(path).includes(canary))
}
