import type { Readable } from 'node:stream'

/** The headers that tell a browser how to treat a content. */
export interface ContentHeaders {
  contentType: string
  /** `Content-Disposition` */
  disposition: string
}

/** The place where a browser gets an object: a file of this machine, which the server sends, or another address. */
export type Location = { kind: 'file'; root: string; path: string } | { kind: 'redirect'; url: string }

/** A range of bytes that includes both ends. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * Stores objects by keys. An object never changes, and it appears complete or not at all. The server makes the keys
 * (`isKey`) and never takes one from a user's input.
 */
export interface MediaStore {
  /** Stores the content of a local file, and leaves the file. A repeat changes nothing. */
  put(key: string, file: string, headers: ContentHeaders): Promise<void>
  /** Opens an object, or a range of it. Returns null when there is none. */
  get(key: string, range?: ByteRange): Promise<Readable | null>
  /** Returns the bytes of an object, or null when there is none. */
  head(key: string): Promise<{ size: number } | null>
  /** Deletes the objects that exist. */
  delete(keys: readonly string[]): Promise<void>
  /**
   * Returns where a browser gets an object. It does not check that the object exists. @param seconds how long a
   * redirect is valid
   */
  locate(key: string, headers: ContentHeaders, seconds: number): Promise<Location>
  /** Null when browsers cannot write to the store, so that uploads go through the server. */
  readonly direct: DirectUploads | null
  /** Returns how many bytes the store can still take, as far as it knows. */
  room(): Promise<number>
  close(): void
}

/** Lets browsers upload into the store. */
export interface DirectUploads {
  /** Signs an address for one PUT of exactly `size` bytes. */
  sign(key: string, size: number, seconds: number): Promise<{ url: string; headers: Record<string, string> }>
  /**
   * Copies an uploaded object to another key, where a client with the signed address cannot change it any more. Returns
   * false when nothing was uploaded, or when the size differs.
   */
  adopt(from: string, to: string, size: number, headers: ContentHeaders): Promise<boolean>
}

/**
 * Tells whether a text is a key: parts of letters, digits and hyphens between slashes. Without dots it cannot lead out
 * of a folder.
 */
export function isKey(key: string): boolean {
  return /^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/.test(key) && key.length <= 200
}

/** A content for a browser. */
export interface Content extends ContentHeaders {
  location: Location
  /** Names the content, which never changes. */
  etag: string
}
