import type { Attachment, MediaVariant } from 'backend/contract'
import { apiUrl } from '../lib/serverOrigin.ts'

/** Where the content of an attachment is: for the person who is signed in, by their cookie. */
export function mediaUrl(id: string, variant: MediaVariant): string {
  return apiUrl(`/media/${encodeURIComponent(id)}/${variant}`)
}

/** The same, to be saved: browsers heed a link's `download` on the page's own origin alone, and the content may be elsewhere. */
export const downloadUrl = (id: string): string => `${mediaUrl(id, 'original')}?download=1`

/** The pixels that a variant of an image has, whose longer side is `longest` at most. */
export function fitted(
  { width, height }: { width: number; height: number },
  longest: number,
): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Types that a browser may show from the original. Of everything else there is a preview, or it is downloaded. */
const SHOWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

export const isShownAsItIs = ({ kind, mimeType }: Pick<Attachment, 'kind' | 'mimeType'>): boolean =>
  kind === 'image' && SHOWN.has(mimeType)
