import { createRequire } from 'node:module'
import type Unhomoglyph from 'unhomoglyph'

let table: typeof Unhomoglyph | undefined

/**
 * Returns the skeleton of a username: names that look the same have the same one (UTS 39, section 4). `b0ss` and
 * `boss`, `adrnin` and `admin`, Latin `cop` and Cyrillic `сор` are the same. Case counts only where it changes the look:
 * `Ivan` looks like `lvan`, and `ivan` does not.
 *
 * The server stores skeletons. A newer table of confusable characters needs a migration that builds them again.
 */
export function skeleton(text: string): string {
  // The table gives 0 the prototype O, so it is used again after the case was removed.
  return prototypes(prototypes(text).toLowerCase())
}

/**
 * Returns the skeleton of a full name, on which two names are equal when users may take one for the other. It is wider
 * than `skeleton`: it has no case and no spaces, and `i` and `l` are one letter.
 */
export function fullNameSkeleton(fullName: string): string {
  return skeleton(fullName.toLowerCase()).replace(/\s+/gu, '').replaceAll('i', 'l')
}

function prototypes(text: string): string {
  // Loaded at the first use: the table takes 50 ms, which a start need not wait for.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `require` is untyped
  table ??= createRequire(import.meta.url)('unhomoglyph') as typeof Unhomoglyph
  return table(text.normalize('NFD').replace(/\p{Default_Ignorable_Code_Point}+/gu, '')).normalize('NFD')
}
