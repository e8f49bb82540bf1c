import type { Readable } from 'node:stream'

/** How a browser is to treat what it gets. */
export interface ContentHeaders {
  contentType: string
  /** `Content-Disposition` */
  disposition: string
}

/** Where a browser gets an object from: a file of this machine for the server to send, or another address. */
export type Location = { kind: 'file'; root: string; path: string } | { kind: 'redirect'; url: string }

/** Bytes, both included. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * Where media live: objects by keys, which never change once they are there. Keys are ours (`isKey`), never made of what a person
 * wrote. An object appears complete or not at all.
 */
export interface MediaStore {
  /** Keeps the content of a local file, which stays. Putting the same again does no harm. */
  put(key: string, file: string, headers: ContentHeaders): Promise<void>
  /** Null when there is none. */
  get(key: string, range?: ByteRange): Promise<Readable | null>
  /** Null when there is none. */
  head(key: string): Promise<{ size: number } | null>
  /** What is not there is passed over. */
  delete(keys: readonly string[]): Promise<void>
  /** Whether it is there is not looked at. @param seconds how long a redirect is good for */
  locate(key: string, headers: ContentHeaders, seconds: number): Promise<Location>
  /** Null: browsers cannot write to it, so that uploads go through the server. */
  readonly direct: DirectUploads | null
  /** Bytes that it can still take, as far as it can tell. */
  room(): Promise<number>
  close(): void
}

/** Uploads that go from the browser to the store. */
export interface DirectUploads {
  /** One PUT of exactly so many bytes. */
  sign(key: string, size: number, seconds: number): Promise<{ url: string; headers: Record<string, string> }>
  /**
   * Keeps under another key what was uploaded, so that whoever still has the signed address cannot change it any more.
   * False when nothing was uploaded, or it has not this size.
   */
  adopt(from: string, to: string, size: number, headers: ContentHeaders): Promise<boolean>
}

/** Neither empty, nor beginning or ending with a slash, nor able to leave a folder: no dots. */
export function isKey(key: string): boolean {
  return /^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/.test(key) && key.length <= 200
}

/** A content for a browser. */
export interface Content extends ContentHeaders {
  location: Location
  /** The same for as long as the content is, which never changes. */
  etag: string
}
