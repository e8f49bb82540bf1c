import type { Attachment, MediaVariant } from 'backend/contract'
import { apiUrl } from '../lib/serverOrigin.ts'

/** Returns the URL of an attachment's content, which needs the session cookie. */
export function mediaUrl(id: string, variant: MediaVariant): string {
  return apiUrl(`/media/${encodeURIComponent(id)}/${variant}`)
}

/** Returns the URL to download it. Browsers ignore a link's `download` on another origin, where the content may be. */
export const downloadUrl = (id: string): string => `${mediaUrl(id, 'original')}?download=1`

/** Returns the size of an image's variant whose longer side is at most `longest`, px. */
export function fitted(
  { width, height }: { width: number; height: number },
  longest: number,
): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Types whose original a browser shows. Other images have a preview, or are downloaded. */
const SHOWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

export const isShownAsItIs = ({ kind, mimeType }: Pick<Attachment, 'kind' | 'mimeType'>): boolean =>
  kind === 'image' && SHOWN.has(mimeType)
