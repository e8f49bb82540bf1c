import type { Document } from 'bson'
import { failedToParse } from '../../errors.ts'
import { documentValue, type RawValue } from '../../keys/raw.ts'
import type { Compile, Variables } from '../expressions/scope.ts'
import { encodeDocument, isPlainObject } from '../values.ts'

/** A sequence of documents. Undefined is not a document but a point where other work can run. */
export type Documents = Iterable<Document | undefined>

/** The environment of a running pipeline. */
export interface Run {
  readonly variables: Variables
  readonly foreign: ForeignDocuments
}

/**
 * Reads another collection: all of it, or the documents that match a filter. The variables are known in its `$expr`.
 */
export type ForeignDocuments = (collection: string, filter: Document | undefined, variables: Variables) => Documents

export type Stage = (input: Documents, run: Run) => Documents

/** The environment in which a stage is compiled. */
export interface Around {
  readonly compile: Compile
  /** The variables in scope. */
  readonly names: readonly string[]
  /** Compiles a pipeline inside a stage, with more variables. */
  readonly pipeline: (stages: unknown, names?: readonly string[]) => Stage
}

/** Compiles the argument of a stage. */
export type StageMaker = (argument: unknown, around: Around, name: string) => Stage

export type StageMakers = Readonly<Record<string, StageMaker>>

/** Creates a stage that turns each document into one document or none. */
export function each(change: (document: Document, run: Run) => Document | undefined): Stage {
  return function* (input, run) {
    for (const document of input) {
      // A document that is left out becomes a point where other work can run.
      yield document === undefined ? undefined : change(document, run)
    }
  }
}

/** Collects all documents of a stage's input, and pauses where the input pauses. */
export function* collect(input: Documents): Generator<undefined, Document[], void> {
  const documents: Document[] = []
  for (const document of input) {
    if (document === undefined) yield undefined
    else documents.push(document)
  }
  return documents
}

/** Returns an argument that must be a document. */
export function objectOf(argument: unknown, name: string): Document {
  if (!isPlainObject(argument)) throw failedToParse(`the ${name} specification must be an object`)
  return argument
}

/** Encodes a document as a raw BSON value. */
export function rawOf(document: Document): RawValue {
  return documentValue(encodeDocument(document))
}
