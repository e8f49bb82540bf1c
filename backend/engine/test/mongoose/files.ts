import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Files that need a real server, or that would count the tests of other files twice, each with its reason. */
const EXCLUDED: Readonly<Record<string, string>> = {
  'model.watch.test.js': 'needs change streams of a replica set',
  'shard.test.js': 'needs a sharded cluster',
  'encryption/encryption.test.js': 'needs client-side encryption, with its own library and key server',
  'multiple-require-instance.test.js': 'needs a second copy of Mongoose, packed by a script',
  'subdirs.test.js': 'only loads the files of the folders below, which are run one by one',
}

/** Returns the test files of a checkout in order, relative to its folder `test`. */
export function testFiles(checkout: string): string[] {
  return readdirSync(join(checkout, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .sort()
}

/** Returns the reason why a file is not run, or undefined. */
export function excludedReason(file: string): string | undefined {
  return EXCLUDED[file]
}
