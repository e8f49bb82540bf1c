import { cleanLine, hasUnprintable } from '../../contract/index.ts'

/** Bytes of UTF-8. ext4, APFS and NTFS take 255 bytes or characters; a browser that saves a file twice adds ` (1)`. */
export const FILE_NAME_BYTES_MAX = 240
/** A longer ending is no type, so it is shortened with the name. */
const ENDING_BYTES_MAX = 32

/** The characters that Windows refuses, and those that separate folders. */
const FORBIDDEN = /[<>:"/\\|?*]/g
/** Windows opens a device in place of a file with such a name, whatever its ending. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i

/**
 * Returns a name that Windows, macOS and Linux can store: the last part of a path, without unprintable and forbidden
 * characters, device names, and dots or spaces at its end. It has 240 bytes at most, and a shortened name keeps its
 * ending. Text from right to left stays. `file` when nothing is left.
 * Source: "Naming Files, Paths, and Namespaces", Microsoft Learn.
 */
export function safeFileName(name: string): string {
  const last = name.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const printable = [...last].filter((character) => !hasUnprintable(character)).join('')
  const plain = withoutEnd(cleanLine(printable).replace(FORBIDDEN, '_').replace(DEVICE, '_$&'))
  return shortened(plain) || 'file'
}

function withoutEnd(name: string): string {
  return name.replace(/[. ]+$/, '')
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= FILE_NAME_BYTES_MAX) return name
  const found = /\.[^. ]+$/.exec(name)?.[0] ?? ''
  const ending = Buffer.byteLength(found) <= ENDING_BYTES_MAX ? found : ''
  let [begin, bytes] = ['', Buffer.byteLength(`…${ending}`)]
  for (const { segment } of new Intl.Segmenter().segment(name.slice(0, name.length - ending.length))) {
    bytes += Buffer.byteLength(segment)
    if (bytes > FILE_NAME_BYTES_MAX) break
    begin += segment
  }
  return `${begin}…${ending}`
}
