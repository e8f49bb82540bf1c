import type { MediaVariant } from '../contract/index.ts'

/**
 * Keys of the store, made of ids alone. The last two digits of an id spread evenly, so that no folder has all.
 * @param id 24 hexadecimal digits
 */
export function blobKey(id: string, variant: MediaVariant | 'upload' | 'received'): string {
  return `${id.slice(-2)}/${id}/${variant}`
}

export function blobKeys(id: string): string[] {
  return [blobKey(id, 'original'), blobKey(id, 'thumbnail'), blobKey(id, 'preview')]
}

/** @param hash hexadecimal */
export function pictureKey(hash: string, size: number): string {
  return `pictures/${hash.slice(0, 2)}/${hash}/${size}`
}
