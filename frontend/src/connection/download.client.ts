import type { AttachmentId, MediaUrl, OwnUser } from 'backend/contract'
import { get, request } from './http.client.ts'
import { isElsewhere, SERVER_ORIGIN } from '../lib/serverOrigin.ts'

/**
 * Lets the browser save a file of the server's as it comes, however large. It cannot renew the session by itself, so that is done first.
 * A page from elsewhere fetches it whole: a browser that follows a link to another site leaves behind the cookies that it keeps for this page.
 * Throws ApiProblem when there is no session or no connection.
 */
export async function startDownload(url: string): Promise<void> {
  if (!isElsewhere) {
    await get<OwnUser>('/auth/me')
    follow(url)
    return
  }
  const address = URL.createObjectURL(await request<Blob>({ url, responseType: 'blob', timeout: 0 }))
  follow(address, new URL(url).pathname.split('/').at(-1))
  // The browser opens it a little later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** The same of what was attached, by an address that needs no cookies: it may be large, and in a bucket. Throws ApiProblem. */
export async function downloadSigned(id: AttachmentId): Promise<void> {
  const { url } = await get<MediaUrl>(`/media/${encodeURIComponent(id)}/url`)
  follow(`${SERVER_ORIGIN}${url}&download=1`)
}

/** As if a link had been pressed. */
function follow(url: string, name = ''): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}
