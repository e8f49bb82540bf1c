import { BSON_TYPE, elementName, elements, field, type RawValue } from '../keys/raw.ts'

/**
 * Returns the shape of a query, which is the same for queries that only differ in their values: collection, fields and
 * operators, and order.
 */
export function queryShape(collection: string, command: RawValue): string {
  const part = (name: string): RawValue | undefined => field(command, Buffer.from(name))
  const filter = part('filter') ?? part('q')
  const pipeline = part('pipeline')
  const sort = part('sort')
  const texts = [
    collection,
    filter === undefined ? '{}' : shapeOf(filter),
    ...(pipeline === undefined ? [] : [`pipeline ${shapeOf(pipeline)}`]),
    ...(sort === undefined || sort.type !== BSON_TYPE.object
      ? []
      : [`sorted by ${[...elements(sort)].map(elementName).join(', ')}`]),
  ]
  return texts.join(' ')
}

function shapeOf(value: RawValue): string {
  if (value.type === BSON_TYPE.array)
    return [...elements(value)].some(isContainer) ? `[${[...elements(value)].map(shapeOf).join(', ')}]` : '[…]'
  if (value.type !== BSON_TYPE.object) return '?'
  return `{${[...elements(value)].map((element) => `${elementName(element)}: ${shapeOf(element)}`).join(', ')}}`
}

function isContainer({ type }: RawValue): boolean {
  return type === BSON_TYPE.object || type === BSON_TYPE.array
}
