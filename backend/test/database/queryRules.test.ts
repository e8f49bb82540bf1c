import { expect, test } from 'vitest'
import { servedBy, type IndexKey } from './queries/planner.ts'

const INDEX: IndexKey = [
  ['a', 1],
  ['b', 1],
  ['c', 1],
]
const asked = (filter: Record<string, unknown>, sort: [string, number][] = [], limit: number | null = null) =>
  servedBy({ filter, sort, limit }, [INDEX])

test('an index serves a query by its leading fields: equality, then the order, then a range', () => {
  expect(asked({ a: 1, c: 2 })).toMatchObject({ isSorted: true })
  expect(asked({ a: 1, c: { $gt: 1 } }, [['b', -1]])).toMatchObject({ isSorted: true })
  expect(
    asked({ a: { $gt: 1 } }, [
      ['a', 1],
      ['b', 1],
    ]),
  ).toMatchObject({ isSorted: true })
  expect(asked({ $or: [{ a: 1 }, { a: { $lt: 0 } }] })).not.toBeNull()
  expect(asked({ c: { $ne: 1 } }, [['a', 1]], 10)).toMatchObject({ isSorted: true })
})

test('it does not serve a query without its leading fields, nor an order after several values', () => {
  expect(asked({ b: 1 })).toBeNull()
  expect(asked({ a: { $exists: true } })).toBeNull()
  expect(asked({ a: { $regex: 'x' } })).toBeNull()
  expect(asked({ $or: [{ a: 1 }, { b: 1 }] })).toBeNull()
  expect(asked({ b: 1 }, [['a', 1]], 10)).toBeNull()
  expect(asked({}, [['a', 1]])).toBeNull()
  expect(asked({ a: { $in: [1, 2] } }, [['b', 1]])).toMatchObject({ isSorted: false })
  expect(asked({ a: 1 }, [['c', 1]])).toMatchObject({ isSorted: false })
  expect(
    asked({ a: 1 }, [
      ['b', 1],
      ['c', -1],
    ]),
  ).toMatchObject({ isSorted: false })
})
