import type { Document } from 'bson'
import type { Iterator } from 'mingo/lazy'
import type * as Stages from 'mingo/operators/pipeline'
import type { Options } from 'mingo/types'
import { badValue, failedToParse } from '../errors.ts'
import { BSON_TYPE, documentValue, elements, type RawValue } from '../keys/raw.ts'
import { keyOfValue, type Evaluate } from './comparison.ts'
import { parseFilter } from './filter.ts'
import { compileFilter } from './match.ts'
import { parsePath, visitPath, type Path } from './path.ts'
import { parseSort, sortKey } from './sort.ts'
import { encodeDocument, fromRawPlain, isPlainObject } from './values.ts'

/**
 * Reads another collection: all of it, or the documents in whose field (an array there answers by its elements)
 * one of the values is.
 */
export type ForeignDocuments = (collection: string, path: string | undefined, values: readonly unknown[] | undefined) => Document[]

type RunPipeline = (documents: readonly Document[], pipeline: readonly Document[], foreign: ForeignDocuments) => Document[]

/** What mingo lends to the stages that replace its own. */
export interface Tools {
  evaluate: Evaluate
  lazy: (documents: Iterable<unknown>) => Iterator
}

/** `$match`, `$sort` and `$group` by BSON's comparison. */
export function stageOverrides({ evaluate, lazy }: Tools) {
  return {
    $match: (input: Iterator, filter: unknown, _options: Options): Iterator => {
      if (!isPlainObject(filter)) throw failedToParse('the match filter must be an expression in an object')
      const matcher = compileFilter(parseFilter(rawDocument(filter)))
      return input.filter((document) => matcher(rawDocument(document)))
    },
    $sort: (input: Iterator, sort: unknown, _options: Options): Iterator => {
      if (!isPlainObject(sort)) throw failedToParse('the $sort key specification must be an object')
      const { fields } = parseSort(rawDocument(sort))
      return input.transform((documents) => {
        const keyed = documents.map((document) => ({ document, key: sortKey(rawDocument(document).buffer, fields) }))
        return lazy(keyed.sort((a, b) => a.key.compare(b.key)).map(({ document }) => document))
      })
    },
    $group: (input: Iterator, spec: unknown, options: Options): Iterator => {
      if (!isPlainObject(spec) || !('_id' in spec)) throw badValue('a group specification must include an _id')
      const { _id: by, ...accumulators } = spec
      return input.transform((documents) => {
        const groups = new Map<string, { id: unknown; members: unknown[] }>()
        for (const document of documents) {
          const id = evaluate(document, by, options) ?? null
          const key = keyOfValue(id).toString('latin1')
          const group = groups.get(key)
          if (group === undefined) groups.set(key, { id, members: [document] })
          else group.members.push(document)
        }
        return lazy(
          [...groups.values()].map(({ id, members }) => {
            const result: Document = { _id: id }
            for (const [name, expression] of Object.entries(accumulators)) result[name] = evaluate(members, expression, options)
            return result
          }),
        )
      })
    },
  }
}

type Lookup = typeof Stages.$lookup

/**
 * `$lookup` by an equality asks the other collection for the values at hand, where mingo would load all of it. The form
 * with `let` stays mingo's.
 */
export function lookupStage(foreign: ForeignDocuments, runPipeline: RunPipeline, original: Lookup): Lookup {
  return (input, spec, options) => {
    if (!isPlainObject(spec)) throw failedToParse('the $lookup specification must be an object')
    const { from, localField, foreignField, as, pipeline = [], let: variables } = spec
    if (typeof as !== 'string') throw failedToParse("must specify 'as' field for a $lookup")
    if (variables !== undefined || typeof from !== 'string' || typeof localField !== 'string' || typeof foreignField !== 'string') {
      return original(input, spec, options)
    }
    const local = parsePath(localField)
    const stages: Document[] = Array.isArray(pipeline) ? pipeline.filter(isPlainObject) : []
    return input.map((document) => {
      const found = foreign(from, foreignField, valuesAt(document, local))
      return { ...(isPlainObject(document) ? document : {}), [as]: stages.length === 0 ? found : runPipeline(found, stages, foreign) }
    })
  }
}

function valuesAt(document: unknown, path: Path): unknown[] {
  const values: unknown[] = []
  visitPath(rawDocument(document), path, (value) => {
    if (value?.type === BSON_TYPE.array) for (const element of elements(value)) values.push(fromRawPlain(element))
    else values.push(value === undefined ? null : fromRawPlain(value))
    return false
  })
  return values
}

function rawDocument(document: unknown): RawValue {
  return documentValue(encodeDocument(isPlainObject(document) ? document : {}))
}
