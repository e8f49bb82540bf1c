import type { Document } from 'bson'
import { failedToParse } from '../../errors.ts'
import { documentValue, type RawValue } from '../../keys/raw.ts'
import type { Compile, Variables } from '../expressions/scope.ts'
import { encodeDocument, isPlainObject } from '../values.ts'

/** Documents one after the other; undefined is no document but a place where the work may rest. */
export type Documents = Iterable<Document | undefined>

/** What a pipeline runs with. */
export interface Run {
  readonly variables: Variables
  readonly foreign: ForeignDocuments
}

/** Reads another collection: all of it, or what answers a filter, in whose `$expr` the variables are known. */
export type ForeignDocuments = (collection: string, filter: Document | undefined, variables: Variables) => Documents

export type Stage = (input: Documents, run: Run) => Documents

/** What the reading of a stage needs from around it. */
export interface Around {
  readonly compile: Compile
  /** The variables that are known here. */
  readonly names: readonly string[]
  /** Reads a pipeline inside a stage, with more variables. */
  readonly pipeline: (stages: unknown, names?: readonly string[]) => Stage
}

/** Reads the argument of a stage. */
export type StageMaker = (argument: unknown, around: Around, name: string) => Stage

export type StageMakers = Readonly<Record<string, StageMaker>>

/** A stage that makes one document of each, or none. */
export function each(change: (document: Document, run: Run) => Document | undefined): Stage {
  return function* (input, run) {
    for (const document of input) {
      // A document that is left out gives a place to rest.
      yield document === undefined ? undefined : change(document, run)
    }
  }
}

/** All documents of a stage's input, resting where it rests. */
export function* collect(input: Documents): Generator<undefined, Document[], void> {
  const documents: Document[] = []
  for (const document of input) {
    if (document === undefined) yield undefined
    else documents.push(document)
  }
  return documents
}

/** An argument that must be a document. */
export function objectOf(argument: unknown, name: string): Document {
  if (!isPlainObject(argument)) throw failedToParse(`the ${name} specification must be an object`)
  return argument
}

export function rawOf(document: Document): RawValue {
  return documentValue(encodeDocument(document))
}
