import type { Document } from 'bson'
import type { Scope } from './expressions/scope.ts'
import type { Fields, Node, Tree } from './projection.ts'
import { isPlainObject, setField } from './values.ts'

/**
 * Applies a projection without `$slice`, `$elemMatch` and `$` to a decoded document: inclusion or exclusion first, then
 * computed fields.
 */
export function projectFields(document: Document, tree: Tree, scope: Scope): Document {
  const kept = keep(document, tree.root, tree.mode)
  return tree.computes ? compute(kept, tree.root, scope) : kept
}

/**
 * Sets computed fields: in place if the field exists, at the end otherwise, and in every element of an array on the
 * path.
 */
export function compute(document: Document, fields: Fields, scope: Scope): Document {
  const made: Document = { ...document }
  for (const [name, node] of fields.children) {
    if (node.kind === 'computed') {
      const value = node.expression(scope)
      if (value === undefined) delete made[name]
      else setField(made, name, value)
    } else if (node.kind === 'fields' && computes(node)) {
      setField(made, name, computeIn(Object.hasOwn(made, name) ? made[name] : undefined, node, scope))
    }
  }
  return made
}

function computeIn(value: unknown, fields: Fields, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => computeIn(element, fields, scope))
  return compute(isPlainObject(value) ? value : {}, fields, scope)
}

function computes(node: Node): boolean {
  return node.kind === 'computed' || (node.kind === 'fields' && [...node.children.values()].some(computes))
}

function keep(document: Document, fields: Fields, mode: Tree['mode']): Document {
  const made: Document = {}
  for (const [name, value] of Object.entries(document) as [string, unknown][]) {
    const node = fields.children.get(name)
    const kept = node?.kind === 'fields' ? keepIn(value, node, mode) : isKept(node, mode) ? value : undefined
    if (kept !== undefined) setField(made, name, kept)
  }
  return made
}

function keepIn(value: unknown, fields: Fields, mode: Tree['mode']): unknown {
  if (Array.isArray(value))
    return value.map((element: unknown) => keepIn(element, fields, mode)).filter((element) => element !== undefined)
  if (isPlainObject(value)) return keep(value, fields, mode)
  return mode === 'exclude' ? value : undefined
}

function isKept(node: Node | undefined, mode: Tree['mode']): boolean {
  switch (node?.kind) {
    case 'leaf':
      return mode === 'include'
    case 'transform':
      return true
    case 'computed':
    case 'fields':
      return false
    case undefined:
      return mode === 'exclude'
  }
}
