import type { Document } from 'bson'
import { badValue, failedToParse, serverError } from '../../errors.ts'
import { documentValue } from '../../keys/raw.ts'
import { parseFilter, type Filter } from '../filter.ts'
import { compileFilter, type Matcher } from '../match.ts'
import { encodeDocument, isPlainObject } from '../values.ts'
import { readChild, type UpdatePath } from './target.ts'

/** The elements that each `$[identifier]` selects. */
export type ArrayFilters = ReadonlyMap<string, (element: unknown) => boolean>

/**
 * Parses the option `arrayFilters`, `[{ 'x.price': { $gt: 5 } }]`, for the paths of an update.
 * @throws MongoDB's errors for invalid or unused filters, and for paths without a filter
 */
export function parseArrayFilters(filters: unknown, paths: readonly UpdatePath[]): ArrayFilters {
  const parsed = new Map<string, (element: unknown) => boolean>()
  for (const filter of Array.isArray(filters) ? (filters as readonly unknown[]) : []) {
    const { identifier, matcher } = parseArrayFilter(filter)
    if (parsed.has(identifier))
      throw failedToParse(`Found multiple array filters with the same top-level field name ${identifier}`)
    parsed.set(identifier, (element) => matcher(documentValue(encodeDocument({ [identifier]: element }))))
  }
  const used = new Set<string>()
  for (const { parts, text } of paths) {
    for (const identifier of parts.map(identifierOf)) {
      if (identifier === undefined || identifier === '') continue
      if (!parsed.has(identifier))
        throw badValue(`No array filter found for identifier '${identifier}' in path '${text}'`)
      used.add(identifier)
    }
  }
  for (const identifier of parsed.keys()) {
    if (!used.has(identifier))
      throw failedToParse(`The array filter for identifier '${identifier}' was not used in the update`)
  }
  return parsed
}

/**
 * Returns the positions that a path with `$`, `$[]` or `$[identifier]` selects in a document.
 * @param matched the position of the element that matched the filter, for `$`
 */
export function expandPath(
  document: Document,
  path: UpdatePath,
  filters: ArrayFilters,
  matched: number | undefined,
): UpdatePath[] {
  let places: Place[] = [{ value: document, parts: [] }]
  for (const part of path.parts) {
    const identifier = identifierOf(part)
    if (identifier !== undefined) {
      const wanted = filters.get(identifier)
      places = places.flatMap((place) => elementsOf(place, wanted))
    } else if (part === '$') {
      if (matched === undefined) throw badValue('The positional operator did not find the match needed from the query.')
      places = places.map((place) => childOf(place, String(matched)))
    } else {
      places = places.map((place) => childOf(place, part))
    }
  }
  return places.map(({ parts }) => ({ text: parts.join('.'), parts, dynamic: false }))
}

/** Throws if two operators use the same path, or a path and a part of it. */
export function refuseConflicts(paths: readonly UpdatePath[]): void {
  const taken = new Set<string>()
  /** For each path with further parts: whether they are elements of an array or fields. */
  const ways = new Map<string, 'elements' | 'fields'>()
  for (const { text } of paths) {
    if (taken.has(text)) throw conflict(text, text)
    taken.add(text)
  }
  for (const { text, parts } of paths) {
    let way = ''
    for (const [i, part] of parts.entries()) {
      if (i > 0) {
        if (taken.has(way)) throw conflict(text, way)
        const kind = identifierOf(part) === undefined ? 'fields' : 'elements'
        if ((ways.get(way) ?? kind) !== kind) throw conflict(text, way)
        ways.set(way, kind)
      }
      way = i === 0 ? part : `${way}.${part}`
    }
  }
}

/**
 * Returns the text between the brackets of `$[identifier]`, empty for `$[]`, and undefined for any other part of a
 * path.
 */
function identifierOf(part: string): string | undefined {
  return part.startsWith('$[') && part.endsWith(']') ? part.slice(2, -1) : undefined
}

interface Place {
  readonly value: unknown
  readonly parts: readonly string[]
}

function childOf({ value, parts }: Place, name: string): Place {
  return { value: readChild(value, name), parts: [...parts, name] }
}

function elementsOf({ value, parts }: Place, wanted: ((element: unknown) => boolean) | undefined): Place[] {
  const text = parts.join('.')
  if (value === undefined)
    throw badValue(`The path '${text}' must exist in the document in order to apply array updates.`)
  if (!Array.isArray(value)) throw badValue(`Cannot apply array updates to non-array element ${text}`)
  return value.flatMap((element: unknown, i) =>
    wanted === undefined || wanted(element) ? [{ value: element, parts: [...parts, String(i)] }] : [],
  )
}

function parseArrayFilter(filter: unknown): { identifier: string; matcher: Matcher } {
  if (!isPlainObject(filter)) throw serverError(14, 'TypeMismatch', 'Each array filter must be an object')
  const parsed = parseFilter(documentValue(encodeDocument(filter)))
  const names = [...new Set(topLevelNames(parsed))]
  const [identifier, other] = names
  if (identifier === undefined)
    throw failedToParse('Cannot use an expression without a top-level field name in arrayFilters')
  if (other !== undefined) {
    throw failedToParse(
      `Error parsing array filter: Expected a single top-level field name, found '${identifier}' and '${other}'`,
    )
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(identifier)) {
    throw badValue(
      `Error parsing array filter: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${identifier}'`,
    )
  }
  return { identifier, matcher: compileFilter(parsed) }
}

function topLevelNames(filter: Filter): string[] {
  if (filter.kind === 'leaf') return [filter.path.text.split('.')[0] ?? '']
  return 'parts' in filter ? filter.parts.flatMap(topLevelNames) : []
}

function conflict(path: string, at: string): Error {
  return serverError(40, 'ConflictingUpdateOperators', `Updating the path '${path}' would create a conflict at '${at}'`)
}
