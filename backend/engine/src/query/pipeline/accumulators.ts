import { serverError, unsupported } from '../../errors.ts'
import { average, deviation, extreme, Sum } from '../expressions/accumulating.ts'
import { countOf, listOf, sorted } from '../expressions/arrays.ts'
import { compare } from '../expressions/compare.ts'
import { merged } from '../expressions/objects.ts'
import { isNothing, location, optionsOf, type Compile, type Expression, type Scope } from '../expressions/scope.ts'
import { distinct } from '../expressions/sets.ts'
import { isPlainObject } from '../values.ts'

/** Receives the documents of one group. */
export interface Accumulator {
  readonly add: (scope: Scope) => void
  readonly result: () => unknown
}

/** Compiles `{$sum: '$price'}` and similar. Each group gets its own accumulator. */
export function compileAccumulator(field: string, argument: unknown, compile: Compile): () => Accumulator {
  if (field.includes('.')) throw location(40235, `The field name '${field}' cannot contain '.'`)
  if (field.startsWith('$')) throw location(40236, `The field name '${field}' cannot be an operator name`)
  if (!isPlainObject(argument)) throw location(40234, `The field '${field}' must be an accumulator object`)
  const [entry, ...more] = Object.entries(argument) as [string, unknown][]
  if (entry === undefined || more.length > 0) throw location(40238, `The field '${field}' must specify one accumulator`)
  const [name, value] = entry
  const make = MAKERS.get(name)
  if (make !== undefined) return make(value, compile, name)
  if (ONLY_MONGODB.has(name)) throw unsupported(`The accumulator ${name}`)
  throw serverError(15952, 'Location15952', `unknown group operator '${name}'`)
}

const ONLY_MONGODB = new Set(['$accumulator', '$median', '$percentile'])

type Maker = (argument: unknown, compile: Compile, name: string) => () => Accumulator

const MAKERS = new Map<string, Maker>(
  Object.entries({
    $sum: running((value) => {
      const total = new Sum()
      return { add: (scope) => total.add(value(scope)), result: () => total.value() }
    }),
    $count: (argument, _, name) => {
      if (!isPlainObject(argument) || Object.keys(argument).length > 0)
        throw location(28759, `${name} takes no arguments, i.e. $count:{}`)
      return () => {
        const total = new Sum()
        return { add: () => total.add(1), result: () => total.value() }
      }
    },
    $first: running((value) => {
      let first: { value: unknown } | undefined
      return { add: (scope) => void (first ??= { value: value(scope) ?? null }), result: () => first?.value }
    }),
    $last: running((value) => {
      let last: unknown
      return { add: (scope) => void (last = value(scope) ?? null), result: () => last }
    }),
    $min: best(-1),
    $max: best(1),
    $avg: gathered(average),
    $stdDevPop: gathered((values) => deviation(values, 0)),
    $stdDevSamp: gathered((values) => deviation(values, 1)),
    $push: gathered((values) => values.filter((value) => value !== undefined)),
    $addToSet: gathered((values) => distinct(values.filter((value) => value !== undefined))),
    $mergeObjects: gathered(merged),
    $setUnion: gathered((values) => distinct(values.flatMap((value) => listOf(value, '$setUnion', 17043)))),
    $concatArrays: gathered((values) =>
      values.flatMap((value) => (value === undefined ? [] : listOf(value, '$concatArrays', 28664))),
    ),
    $firstN: several((values, n) => values.slice(0, n)),
    $lastN: several((values, n) => values.slice(-n)),
    $minN: several((values, n) =>
      values
        .filter((value) => !isNothing(value))
        .sort(compare)
        .slice(0, n),
    ),
    $maxN: several((values, n) =>
      values
        .filter((value) => !isNothing(value))
        .sort((a, b) => compare(b, a))
        .slice(0, n),
    ),
    $top: ordered((values) => values[0]),
    $bottom: ordered((values) => values.at(-1)),
    $topN: ordered((values, n) => values.slice(0, n)),
    $bottomN: ordered((values, n) => values.slice(-n)),
  } satisfies Record<string, Maker>),
)

function running(make: (value: Expression) => Accumulator): Maker {
  return (argument, compile) => {
    const value = compile(argument)
    return () => make(value)
  }
}

/** Keeps the smallest or greatest value. */
function best(sign: -1 | 1): Maker {
  return running((value) => {
    let found: unknown = null
    return { add: (scope) => void (found = extreme([found, value(scope)], sign)), result: () => found }
  })
}

/** Keeps all values of a group. */
function gathered(compute: (values: readonly unknown[]) => unknown): Maker {
  return running((value) => {
    const values: unknown[] = []
    return { add: (scope) => void values.push(value(scope)), result: () => compute(values) }
  })
}

function several(choose: (values: readonly unknown[], n: number) => readonly unknown[]): Maker {
  return (argument, compile, name) => {
    const { input, n } = optionsOf(argument, ['input', 'n'], [], name)
    const [value, count] = [compile(input), compile(n)]
    return () => {
      const values: unknown[] = []
      let most = 1
      return {
        add: (scope) => {
          if (values.length === 0) most = countOf(count(scope), name)
          values.push(value(scope) ?? null)
        },
        result: () => choose(values, most),
      }
    }
  }
}

/** Handles `$top` and similar: `{sortBy, output}`, and `n` for several results. */
function ordered(choose: (values: readonly unknown[], n: number) => unknown): Maker {
  return (argument, compile, name) => {
    const { sortBy, output, n } = optionsOf(
      argument,
      ['sortBy', 'output', ...(name.endsWith('N') ? ['n'] : [])],
      [],
      name,
    )
    if (!isPlainObject(sortBy)) throw location(5788002, `${name} requires 'sortBy' to be an object`)
    const [value, count] = [compile(output), compile(n ?? 1)]
    return () => {
      const members: { root: unknown; value: unknown }[] = []
      let most = 1
      return {
        add: (scope) => {
          if (members.length === 0) most = countOf(count(scope), name)
          members.push({ root: scope.root, value: value(scope) ?? null })
        },
        result: () => {
          const places = new Map<unknown, unknown>(members.map((member) => [member.root, member.value]))
          return choose(
            sorted(
              members.map(({ root }) => root),
              sortBy,
            ).map((root) => places.get(root)),
            most,
          )
        },
      }
    }
  }
}
