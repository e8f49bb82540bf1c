import type { AttachmentKind } from '../contract/index.ts'

/** As much of the beginning as the type is told by. */
export const HEAD_BYTES = 64 * 1024
export const UNKNOWN_TYPE = 'application/octet-stream'

export interface ContentType {
  kind: AttachmentKind
  mimeType: string
}

/** One name for what goes by several. */
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

/** What images/worker.ts can read. */
const IMAGES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'])

/** What a browser may show under the server's own address; no script runs in any of them. */
const INLINE = new Set([
  ...IMAGES,
  'video/mp4',
  'video/webm',
  'audio/webm',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/mp4',
])

/**
 * What a content is, by its first bytes alone: neither its name nor what the sender says is asked. What is text (also SVG, HTML and XML, which a
 * browser would run) and what nobody knows are files.
 * @param head the first `HEAD_BYTES`
 * @param isVoice recorded in the page: containers that could hold a film hold sound
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
 * How a browser gets it: what is on the short list as it is, everything else as bytes to be saved. The name travels as RFC 6266 has it: for old
 * clients in ASCII, for all others in UTF-8 (RFC 8187).
 */
export function contentHeaders({ mimeType, name }: { mimeType: string; name: string }): {
  contentType: string
  disposition: string
} {
  const isInline = INLINE.has(mimeType)
  // Quotes and backslashes would end the text, and a percent sign is taken for an escape by some.
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

/** Matroska and MP4 hold films and sound alike. Matroska names its codecs near the beginning. */
function withoutFilm(mime: string, head: Uint8Array, isVoice: boolean): string {
  if (!mime.startsWith('video/')) return mime === 'application/ogg' ? 'audio/ogg' : mime
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  const onlySound = mime === 'video/webm' && bytes.includes('A_') && !bytes.includes('V_')
  if (!isVoice && !onlySound) return mime
  return ['video/webm', 'video/mp4', 'video/ogg'].includes(mime) ? mime.replace('video/', 'audio/') : mime
}
