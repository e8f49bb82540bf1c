import { Decimal128, Double } from 'bson'
import { addDecimals, divideDecimals, finite, writeDecimal, type Decimal } from '../decimal.ts'
import { fromWhole, numericType, toDecimal, toDouble, wholeOf } from '../numbers.ts'
import { doubleOf } from '../values.ts'
import { compare } from './compare.ts'
import { isNothing, type Operator, type Operators } from './scope.ts'

/** Operators that combine the values of an array, or of several arguments, such as `$sum` and `$avg`. */
export const ACCUMULATING: Operators = {
  $sum: over(sum),
  $avg: over(average),
  $min: over((values) => extreme(values, -1)),
  $max: over((values) => extreme(values, 1)),
  $stdDevPop: over((values) => deviation(values, 0)),
  $stdDevSamp: over((values) => deviation(values, 1)),
}

/** Returns the sum of the numbers in the widest of their types. */
function sum(values: Iterable<unknown>): unknown {
  const total = new Sum()
  for (const value of values) total.add(value)
  return total.value()
}

/** Returns the mean of the numbers, or null if there is none. */
export function average(values: Iterable<unknown>): unknown {
  const total = new Sum()
  for (const value of values) total.add(value)
  return total.mean()
}

/** Returns the smallest (-1) or greatest (1) value that is not null. */
export function extreme(values: Iterable<unknown>, sign: -1 | 1): unknown {
  let best: unknown
  for (const value of values) {
    if (!isNothing(value) && (best === undefined || Math.sign(compare(value, best)) === sign)) best = value
  }
  return best ?? null
}

/** Returns the standard deviation of a population (0) or a sample (1), by Welford's method. */
export function deviation(values: Iterable<unknown>, less: 0 | 1): unknown {
  let [count, mean, squares] = [0, 0, 0]
  for (const value of values) {
    if (numericType(value) === undefined) continue
    const number = toDouble(value)
    count++
    const before = number - mean
    mean += before / count
    squares += before * (number - mean)
  }
  return count <= less ? null : doubleOf(Math.sqrt(squares / (count - less)))
}

/** Adds whole numbers exactly, doubles with compensation (so their order hardly matters) and decimals as decimals. */
export class Sum {
  #count = 0
  /** The ints, while their sum is exact. The other whole numbers are added separately. */
  #small = 0
  #large = 0n
  #double = 0
  #lost = 0
  #decimal: Decimal | undefined
  #type: 'int' | 'long' | 'double' = 'int'

  add(value: unknown): void {
    const type = numericType(value)
    if (type === undefined) return
    this.#count++
    if (value instanceof Decimal128) {
      this.#decimal = addDecimals(this.#decimal ?? finite(0n), toDecimal(value))
    } else if (type === 'double') {
      this.#type = 'double'
      this.#addDouble(toDouble(value))
    } else if (typeof value === 'number') {
      this.#small += value
      if (Math.abs(this.#small) > 2 ** 52) this.#flush()
    } else {
      if (this.#type === 'int') this.#type = 'long'
      this.#large += wholeOf(value) ?? 0n
    }
  }

  value(): unknown {
    this.#flush()
    if (this.#decimal !== undefined) return writeDecimal(this.#asDecimal())
    if (this.#type === 'double') return doubleOf(this.#asDouble())
    return fromWhole(this.#large, this.#type) ?? doubleOf(Number(this.#large))
  }

  mean(): unknown {
    if (this.#count === 0) return null
    this.#flush()
    if (this.#decimal !== undefined) return writeDecimal(divideDecimals(this.#asDecimal(), finite(BigInt(this.#count))))
    return doubleOf(this.#asDouble() / this.#count)
  }

  #flush(): void {
    this.#large += BigInt(this.#small)
    this.#small = 0
  }

  #addDouble(value: number): void {
    const next = this.#double + value
    if (Number.isFinite(next))
      this.#lost +=
        Math.abs(this.#double) >= Math.abs(value) ? this.#double - next + value : value - next + this.#double
    this.#double = next
  }

  #asDouble(): number {
    return this.#double + this.#lost + Number(this.#large)
  }

  #asDecimal(): Decimal {
    const whole = addDecimals(this.#decimal ?? finite(0n), finite(this.#large))
    return this.#type === 'double' ? addDecimals(whole, toDecimal(new Double(this.#double + this.#lost))) : whole
  }
}

function over(compute: (values: readonly unknown[]) => unknown): Operator {
  return (argument, compile) => {
    if (!Array.isArray(argument) || argument.length === 1) {
      const part = compile(Array.isArray(argument) ? argument[0] : argument)
      return (scope) => {
        const value = part(scope)
        return compute(Array.isArray(value) ? value : [value])
      }
    }
    const parts = argument.map((each) => compile(each))
    return (scope) => compute(parts.map((part) => part(scope)))
  }
}
