import type { AttachmentId, MediaUrl, OwnUser } from 'backend/contract'
import { get, request } from './http.client.ts'
import { isElsewhere, SERVER_ORIGIN } from '../lib/serverOrigin.ts'

/**
 * Lets the browser save a file of the server as a stream, of any size. The browser cannot renew the session, so this function does it first.
 * A page from another origin fetches the whole file, because a link to another site carries no cookies of this page.
 * Throws ApiProblem without a session or a connection.
 */
export async function startDownload(url: string, name = ''): Promise<void> {
  if (!isElsewhere) {
    await get<OwnUser>('/auth/me')
    follow(url, name)
    return
  }
  const address = URL.createObjectURL(await request<Blob>({ url, responseType: 'blob', timeout: 0 }))
  follow(address, new URL(url).pathname.split('/').at(-1))
  // The browser opens the address a little later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** Saves an attachment by a signed address that needs no cookies: it can be large, and in a bucket. Throws ApiProblem. */
export async function downloadSigned(id: AttachmentId): Promise<void> {
  const { url } = await get<MediaUrl>(`/media/${encodeURIComponent(id)}/url`)
  follow(`${SERVER_ORIGIN}${url}&download=1`)
}

/** Opens an address like a press on a link. */
function follow(url: string, name = ''): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}
