import type { Document } from 'bson'
import { badValue, serverError } from '../errors.ts'
import type { Filter } from '../query/filter.ts'
import { parseUpdatePath, resolveTarget } from '../query/update/target.ts'
import { fromRaw } from '../query/values.ts'

/**
 * Builds the initial document of an upsert from the equalities in the filter.
 * @throws if two equalities have the same path
 */
export function documentFromFilter(filter: Filter): Document {
  const document: Document = {}
  for (const [path, value] of equalities(filter)) {
    const target = resolveTarget(document, parseUpdatePath(path), '$set')
    if (target.exists)
      throw serverError(54, 'NotSingleValueField', `cannot infer query fields to set, path '${path}' is matched twice`)
    target.set(value)
  }
  return document
}

/** Returns a document with only the `_id`, the only field that a replacement takes from the filter. */
export function idFromFilter(filter: Filter): Document {
  const id = equalities(filter).find(([path]) => path === '_id')
  return id === undefined ? {} : { _id: id[1] }
}

function equalities(filter: Filter): [string, unknown][] {
  if (filter.kind === 'and') return filter.parts.flatMap(equalities)
  if (filter.kind === 'or' && filter.parts.length === 1) return filter.parts.flatMap(equalities)
  if (filter.kind !== 'leaf' || filter.test.op !== '$eq') return []
  if (filter.path.text.startsWith('$')) throw badValue(`The path '${filter.path.text}' cannot be set by an upsert`)
  return [[filter.path.text, fromRaw(filter.test.value)]]
}
