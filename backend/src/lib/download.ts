import type { Readable } from 'node:stream'

/** A file that the server sends as a download. */
export interface Download {
  name: string
  bytes: number
  content: Readable
}
