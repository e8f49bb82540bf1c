import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Signs the texts in addresses, and checks them when they come back. */
export interface MediaUrlSigner {
  sign(text: string): string
  isGood(text: string, signature: string): boolean
}

/**
 * Creates a signer with a key of its own.
 * @param secret signs access tokens; the key is derived from it
 * @param purpose keeps a signature for one use from being valid for another
 */
export function createMediaUrlSigner(secret: string, purpose: string): MediaUrlSigner {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `parley ${purpose}`, 32))
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url')
  return {
    sign,
    isGood(text, signature) {
      const [expected, given] = [Buffer.from(sign(text)), Buffer.from(signature)]
      return expected.length === given.length && timingSafeEqual(expected, given)
    },
  }
}
