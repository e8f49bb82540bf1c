import type { AttachmentKind } from '../contract/index.ts'

/** The bytes at the beginning of a content from which its type is detected. */
export const HEAD_BYTES = 64 * 1024
export const UNKNOWN_TYPE = 'application/octet-stream'

export interface ContentType {
  kind: AttachmentKind
  mimeType: string
}

/** Other names of a type, each with the one name that the server uses. */
const SAME: Readonly<Record<string, string>> = {
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'audio/vnd.wave': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-wav': 'audio/wav',
  'audio/opus': 'audio/ogg',
  'audio/mp3': 'audio/mpeg',
  'audio/x-flac': 'audio/flac',
  'video/matroska': 'video/x-matroska',
}

/** The images that browsers show. */
const SHOWN_IMAGES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif']
/** The images that images/image.worker.ts can read. Browsers show the previews of the others. */
const IMAGES = new Set([...SHOWN_IMAGES, 'image/tiff'])

/** The types that a browser may show under the server's own address. None of them can run a script. */
const INLINE = new Set([
  ...SHOWN_IMAGES,
  'video/mp4',
  'video/webm',
  'audio/webm',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/mp4',
])

/**
 * Detects what a content is from its first bytes. The name and the client's own claims do not count. Text is a file,
 * because a browser would run SVG, HTML and XML; so is an unknown type.
 * @param head the first `HEAD_BYTES`
 * @param isVoice the page recorded it, so a container that could hold a film holds sound
 */
export async function sniff(head: Uint8Array, isVoice: boolean): Promise<ContentType> {
  // Loaded at the first upload: many servers see none for a long time.
  const { fileTypeFromBuffer } = await import('file-type')
  const mime = (await fileTypeFromBuffer(head))?.mime.split(';')[0]?.trim() ?? UNKNOWN_TYPE
  const found = withoutFilm(SAME[mime] ?? mime, head, isVoice)
  if (IMAGES.has(found) || found === 'image/apng')
    return { kind: 'image', mimeType: found === 'image/apng' ? 'image/png' : found }
  if (found.startsWith('video/')) return { kind: 'video', mimeType: found }
  if (found.startsWith('audio/')) return { kind: 'audio', mimeType: found }
  return { kind: 'file', mimeType: found === 'application/xml' || found.startsWith('text/') ? UNKNOWN_TYPE : found }
}

/**
 * Returns the headers of a content. A type in INLINE is shown, every other type is saved as bytes. The name stands in
 * both forms of RFC 6266: ASCII for old clients, UTF-8 for all others (RFC 8187).
 */
export function contentHeaders({ mimeType, name }: { mimeType: string; name: string }): {
  contentType: string
  disposition: string
} {
  const isInline = INLINE.has(mimeType)
  // A quote or a backslash would end the text, and some clients read a percent sign as an escape.
  const ascii = name.replace(/[^\x20-\x7e]|["%\\/]/g, '_')
  const utf8 = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return {
    contentType: isInline ? mimeType : UNKNOWN_TYPE,
    disposition: `${isInline ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${utf8}`,
  }
}

/**
 * Returns the audio type for a container that holds only sound: Matroska and MP4 hold films too. Matroska names its
 * codecs near the beginning.
 */
function withoutFilm(mime: string, head: Uint8Array, isVoice: boolean): string {
  if (!mime.startsWith('video/')) return mime === 'application/ogg' ? 'audio/ogg' : mime
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  const onlySound = mime === 'video/webm' && bytes.includes('A_') && !bytes.includes('V_')
  if (!isVoice && !onlySound) return mime
  return ['video/webm', 'video/mp4', 'video/ogg'].includes(mime) ? mime.replace('video/', 'audio/') : mime
}
