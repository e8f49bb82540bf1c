import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Signs texts that come back in addresses. */
export interface MediaUrlSigner {
  sign(text: string): string
  isGood(text: string, signature: string): boolean
}

/** @param secret the one that signs access tokens: a key of its own is derived from it  @param purpose so that what is signed for one use is of none for another */
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
