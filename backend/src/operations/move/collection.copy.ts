import { createHash } from 'node:crypto'
import { BSON } from 'bson'
import { StartupError } from '../../lib/errors.ts'
import { counted, progress, type Report } from '../operation.command.ts'
import type { CollectionSummary, IndexSpec, Source, Target } from './store.types.ts'

/** Copies every collection: first its documents, then its indexes, because this order is faster. */
export async function copyAll(source: Source, target: Target, report: Report): Promise<void> {
  for (const { name, count, indexes } of await source.collections()) {
    const onProgress = progress(report, name)
    let copied = 0
    await target.create(name)
    for await (const batch of source.documents(name)) {
      await target.insert(name, batch)
      onProgress((copied += batch.length) / count)
    }
    await target.createIndexes(name, indexes)
    report(`  ${name}: ${counted(copied, 'document')}, ${counted(indexes.length, 'index', 'indexes')}`)
  }
}

/**
 * Reads both stores again and compares their collections, indexes, numbers of documents, and digests of the documents.
 * @throws StartupError that names the difference
 */
export async function compareAll(source: Source, copy: Source, report: Report): Promise<void> {
  report('Comparing both')
  const [ours, theirs] = [await source.collections(), await copy.collections()]
  if (namesOf(ours) !== namesOf(theirs))
    throw copyDiffers(`the source has the collections ${namesOf(ours)}, the copy ${namesOf(theirs)}`)
  for (const { name, indexes } of ours) {
    const twin = theirs.find((other) => other.name === name)
    if (twin === undefined || normalize(indexes) !== normalize(twin.indexes))
      throw copyDiffers(`the indexes of ${name} are not the same`)
    const [here, there] = [await digestOf(source, name), await digestOf(copy, name)]
    if (here.count !== there.count)
      throw copyDiffers(`${name} has ${counted(here.count, 'document')} in the source and ${there.count} in the copy`)
    if (here.digest !== there.digest) throw copyDiffers(`documents of ${name} are not the same`)
    report(`  ${name}: ${counted(here.count, 'document')}, digest ${here.digest.slice(0, 16)} on both sides`)
  }
}

/** Counts the documents, and sums their SHA-256. A sum does not depend on their order. */
async function digestOf(source: Source, name: string): Promise<{ count: number; digest: string }> {
  let count = 0
  let sum = 0n
  for await (const batch of source.documents(name)) {
    for (const document of batch) {
      sum = BigInt.asUintN(256, sum + BigInt(`0x${createHash('sha256').update(document).digest('hex')}`))
      count++
    }
  }
  return { count, digest: sum.toString(16).padStart(64, '0') }
}

function namesOf(all: readonly CollectionSummary[]): string {
  return all
    .map(({ name }) => name)
    .toSorted()
    .join(', ')
}

/**
 * Returns the same text for the same indexes, in any order of the indexes and their options. The order of an index's
 * fields counts.
 */
function normalize(indexes: readonly IndexSpec[]): string {
  return indexes.map(normalizeIndex).toSorted().join()
}

function normalizeIndex(spec: IndexSpec): string {
  const options = Object.keys(spec)
    .toSorted()
    .map((option): [string, unknown] => [option, spec[option]])
  return Buffer.from(BSON.serialize(new Map(options))).toString('hex')
}

function copyDiffers(difference: string): StartupError {
  return new StartupError(
    `The copy is not the same as the source: ${difference}. Another program may have written meanwhile. Do not use the copy. The source is unchanged.`,
  )
}
