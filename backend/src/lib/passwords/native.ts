import type * as Bcrypt from '@node-rs/bcrypt'
import type { PasswordHasher } from './hasher.ts'

/**
 * A hash in the one form that encoders write. The library answers at once for another form, and the time of a login
 * must not depend on the form. The last character of salt and hash has four and two bits that must be zero.
 */
const CANONICAL = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/

/** The library calls its version `2y`, which is another name of `2b`. Hashes in the database have one prefix. */
const WRITTEN = /^\$2y\$/

/** Hashes with native code on threads of libuv's pool, which file operations use too. */
export interface NativeHasher extends PasswordHasher {
  /** Tells whether the native code gives the same answer as bcryptjs, in the same time as for other hashes. */
  canVerify(password: string, hash: string): boolean
}

/** Loads the native library. Returns null on a system that it has no binary for. */
export async function loadNativeHasher(): Promise<NativeHasher | null> {
  const bcrypt = await import('@node-rs/bcrypt').catch((): typeof Bcrypt | null => null)
  if (!bcrypt) return null
  return {
    hash: async (password, cost) => (await bcrypt.hash(password, cost)).replace(WRITTEN, '$2b$'),
    verify: (password, hash) => bcrypt.verify(password, hash),
    // A lone surrogate would become another character on its way to the native code.
    canVerify: (password, hash) => password.isWellFormed() && CANONICAL.test(hash),
    close: async () => {},
  }
}
