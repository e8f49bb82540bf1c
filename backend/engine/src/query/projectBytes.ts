import { ByteWriter } from '../keys/bytes.ts'
import { BSON_TYPE, documentValue, elementName, elements, type RawElement, type RawValue } from '../keys/raw.ts'
import { location } from './expressions/scope.ts'
import type { Locator } from './position.ts'
import { arrayOf } from './projectTransforms.ts'
import type { Fields, Mode, Node, Tree } from './projection.ts'

/**
 * Applies a projection to the bytes of a document, so that the order and types of fields stay. It leaves out computed
 * fields.
 */
export function projectBytes(document: Buffer, { root, mode, positional }: Tree, locate: Locator | undefined): Buffer {
  const out = new ByteWriter(document.length)
  const value = documentValue(document)
  writeFields(out, value, root, { mode, place: () => locate?.(value) }, positional)
  return out.buffer.subarray(0, out.length)
}

interface Context {
  readonly mode: Mode
  /** Returns the position of the element that matched the filter. */
  readonly place: () => number | undefined
}

function writeFields(
  out: ByteWriter,
  container: RawValue,
  fields: Fields,
  context: Context,
  positional: readonly string[] | undefined,
): void {
  const start = out.reserve(4)
  let index = 0
  const isArray = container.type === BSON_TYPE.array
  for (const element of elements(container)) {
    const key = isArray ? undefined : elementName(element)
    const node: Node | undefined = key === undefined ? fields : fields.children.get(key)
    const rest = key === undefined ? positional : positional?.[0] === key ? positional.slice(1) : undefined
    if (writeNode(out, element, node, context, rest, isArray ? String(index) : undefined)) index++
  }
  out.byte(0)
  out.buffer.writeInt32LE(out.length - start, start)
}

/** Writes one element as its node requires. Returns whether it wrote something. */
function writeNode(
  out: ByteWriter,
  element: RawElement,
  node: Node | undefined,
  context: Context,
  positional: readonly string[] | undefined,
  name?: string,
): boolean {
  const chosen =
    positional !== undefined && element.type === BSON_TYPE.array ? onlyMatched(element, context) : undefined
  const value: RawValue = chosen ?? element
  const isContainer = value.type === BSON_TYPE.object || value.type === BSON_TYPE.array
  switch (node?.kind) {
    case 'fields':
      if (!isContainer) return context.mode === 'exclude' && write(out, value, element, name)
      writeHead(out, value.type, element, name)
      writeFields(out, value, node, context, chosen === undefined ? positional : undefined)
      return true
    case 'transform': {
      const shown = node.transform(value)
      return shown !== undefined && write(out, shown, element, name)
    }
    case 'computed':
      return false
    case 'leaf':
      return context.mode === 'include' && write(out, value, element, name)
    case undefined:
      return context.mode === 'exclude' && write(out, value, element, name)
  }
}

function onlyMatched(array: RawValue, { place }: Context): RawValue {
  const at = place()
  if (at === undefined) throw location(51246, "positional operator '.$' couldn't find a matching element in the array")
  const element = [...elements(array)][at]
  if (element === undefined) throw location(51247, "positional operator '.$' element mismatch")
  return arrayOf([element])
}

function write(out: ByteWriter, value: RawValue, element: RawElement, name: string | undefined): true {
  writeHead(out, value.type, element, name)
  out.bytes(value.buffer, value.start, value.end)
  return true
}

function writeHead(out: ByteWriter, type: number, element: RawElement, name: string | undefined): void {
  out.byte(type)
  if (name === undefined) out.bytes(element.buffer, element.nameStart, element.nameEnd)
  else out.bytes(Buffer.from(name))
  out.byte(0)
}
