import type { MediaVariant } from '../contract/index.ts'

/**
 * Returns the key of a blob. It contains only the id, and begins with the id's last two digits, which spread the blobs
 * evenly over the folders.
 * @param id 24 hexadecimal digits
 */
export function blobKey(id: string, variant: MediaVariant | 'upload' | 'received'): string {
  return `${id.slice(-2)}/${id}/${variant}`
}

/** Returns the keys of a blob that is complete. */
export function blobKeys(id: string): string[] {
  return [blobKey(id, 'original'), blobKey(id, 'thumbnail'), blobKey(id, 'preview')]
}

/** Returns the key of a picture. @param hash hexadecimal */
export function pictureKey(hash: string, size: number): string {
  return `pictures/${hash.slice(0, 2)}/${hash}/${size}`
}
