import { BSONRegExp, Long, type Document } from 'bson'
import { failedToParse, unsupported } from '../../errors.ts'
import { BSON_TYPE, elements } from '../../keys/raw.ts'
import { identity } from '../expressions/compare.ts'
import { smallWhole } from '../expressions/arithmetic.ts'
import { variable } from '../expressions/logic.ts'
import { location, optionsOf, type Expression, type Variables } from '../expressions/scope.ts'
import { parsePath, visitPath, type Path } from '../path.ts'
import { fromRaw, isPlainObject } from '../values.ts'
import { collect, rawOf, type Around, type Documents, type Run, type Stage, type StageMakers } from './stage.ts'
import { withValue } from './reshaping.ts'

/** Stages that read other collections or run pipelines inside the pipeline. */
export const JOINING: StageMakers = {
  $lookup: (argument, around, name) => lookup(argument, around, name),
  $graphLookup: (argument, around, name) => graphLookup(argument, around, name),
  $unionWith: (argument, around, name) => {
    const { coll, pipeline } =
      typeof argument === 'string'
        ? { coll: argument, pipeline: [] }
        : optionsOf(argument, ['coll'], ['pipeline'], name)
    const read = inner({ from: coll, pipeline, names: [], around, name })
    return function* (input, run) {
      yield* input
      yield* read(run, {}, undefined)
    }
  },
  $facet: (argument, { pipeline }, name) => {
    if (!isPlainObject(argument) || Object.keys(argument).length === 0)
      throw location(40169, `the ${name} specification must be a non-empty object`)
    const parts = Object.entries(argument).map(
      ([field, stages]: [string, unknown]) => [field, pipeline(stages)] as const,
    )
    return function* (input, run) {
      const documents = yield* collect(input)
      const made: Document = {}
      for (const [field, stage] of parts) made[field] = yield* collect(stage(documents, run))
      yield made
    }
  },
}

function lookup(argument: unknown, around: Around, name: string): Stage {
  const options = optionsOf(argument, ['as'], ['from', 'localField', 'foreignField', 'let', 'pipeline'], name)
  const { as, from, localField, foreignField, let: bindings = {}, pipeline = [] } = options
  if (typeof as !== 'string') throw failedToParse("must specify 'as' field for a $lookup")
  if ((localField === undefined) !== (foreignField === undefined))
    throw failedToParse('$lookup requires both or neither of "localField" and "foreignField" to be specified')
  if (localField === undefined && options['pipeline'] === undefined)
    throw failedToParse("$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified")
  if (!isPlainObject(bindings)) throw failedToParse("$lookup argument 'let' must be an object")
  const bound = Object.entries(bindings).map(
    ([key, each]: [string, unknown]) => [variable(key), around.compile(each)] as const,
  )
  const read = inner({ from, pipeline, names: bound.map(([key]) => key), around, name })
  const [local, place] = [typeof localField === 'string' ? parsePath(localField) : undefined, as.split('.')]
  return function* (input, run) {
    // A result that does not depend on the document is read once.
    let same: Document[] | undefined
    for (const document of input) {
      if (document === undefined) {
        yield undefined
        continue
      }
      const variables = Object.fromEntries(
        bound.map(([key, part]) => [key, part({ root: document, variables: run.variables })]),
      )
      const wanted = local === undefined ? undefined : { [String(foreignField)]: { $in: valuesAt(document, local) } }
      const found: Document[] = same ?? (yield* collect(read(run, variables, wanted)))
      if (wanted === undefined && bound.length === 0) same = found
      yield withValue(document, place, found)
    }
  }
}

interface Inner {
  from: unknown
  pipeline: unknown
  names: readonly string[]
  around: Around
  name: string
}

/** Reads another collection through a pipeline. The first `$match` becomes a query. */
function inner({
  from,
  pipeline,
  names,
  around,
  name,
}: Inner): (run: Run, variables: Variables, wanted: Document | undefined) => Documents {
  const stages: readonly unknown[] = Array.isArray(pipeline) ? pipeline : []
  if (from === undefined && stages.length > 0) throw unsupported(`${name} without a collection ($documents)`)
  if (typeof from !== 'string') throw failedToParse(`the collection of ${name} must be a string`)
  const [first] = stages
  const match: unknown = isPlainObject(first) && Object.keys(first).length === 1 ? first['$match'] : undefined
  const whole = around.pipeline(stages, names)
  const rest = isPlainObject(match) ? around.pipeline(stages.slice(1), names) : whole
  return (run, variables, wanted) => {
    const all = { ...run.variables, ...variables }
    const filters = [wanted, isPlainObject(match) ? match : undefined].filter((each) => each !== undefined)
    const documents = run.foreign(from, filters.length === 2 ? { $and: filters } : filters[0], all)
    return rest(documents, { ...run, variables: all })
  }
}

function graphLookup(argument: unknown, { compile }: Around, name: string): Stage {
  const options = optionsOf(
    argument,
    ['from', 'startWith', 'connectFromField', 'connectToField', 'as'],
    ['maxDepth', 'depthField', 'restrictSearchWithMatch'],
    name,
  )
  const { from, startWith, connectFromField, connectToField, as, maxDepth, depthField, restrictSearchWithMatch } =
    options
  const texts = [from, connectFromField, connectToField, as]
  if (!texts.every((each) => typeof each === 'string'))
    throw location(40100, `${name}: from, connectFromField, connectToField and as must be strings`)
  const search: Search = {
    from: String(from),
    start: compile(startWith),
    next: parsePath(String(connectFromField)),
    to: String(connectToField),
    depths: maxDepth === undefined ? Infinity : smallWhole(maxDepth, 'maxDepth'),
    depthField: typeof depthField === 'string' ? depthField.split('.') : undefined,
    restricted: isPlainObject(restrictSearchWithMatch) ? restrictSearchWithMatch : undefined,
  }
  const place = String(as).split('.')
  return function* (input, run) {
    for (const document of input)
      yield document === undefined ? undefined : withValue(document, place, yield* connected(document, search, run))
  }
}

interface Search {
  from: string
  start: Expression
  next: Path
  to: string
  depths: number
  depthField: readonly string[] | undefined
  restricted: Document | undefined
}

/** Searches breadth first. It returns each document once, at its smallest depth. */
function* connected(document: Document, search: Search, run: Run): Generator<undefined, Document[], void> {
  const found = new Map<string, Document>()
  const started = search.start({ root: document, variables: run.variables })
  let frontier: unknown[] = Array.isArray(started) ? started : [started ?? null]
  for (let depth = 0; depth <= search.depths && frontier.length > 0; depth++) {
    const wanted: Document = { [search.to]: { $in: frontier } }
    const come = yield* collect(
      run.foreign(
        search.from,
        search.restricted === undefined ? wanted : { $and: [wanted, search.restricted] },
        run.variables,
      ),
    )
    const fresh = come.filter((each) => !found.has(identity(each['_id'])))
    for (const each of fresh) {
      found.set(
        identity(each['_id']),
        search.depthField === undefined ? each : withValue(each, search.depthField, Long.fromNumber(depth)),
      )
    }
    frontier = fresh.flatMap((each) => valuesAt(each, search.next, false))
  }
  return [...found.values()]
}

/**
 * Returns the values at a path, and the elements of arrays one by one. It leaves out regular expressions, which match
 * only themselves.
 */
function valuesAt(document: Document, path: Path, withMissing = true): unknown[] {
  const values: unknown[] = []
  visitPath(rawOf(document), path, (value) => {
    if (value?.type === BSON_TYPE.array) for (const element of elements(value)) values.push(fromRaw(element))
    else if (value !== undefined) values.push(fromRaw(value))
    else if (withMissing) values.push(null)
    return false
  })
  return values.filter((value) => !(value instanceof BSONRegExp))
}
