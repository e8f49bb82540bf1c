import { asProblem } from '../connection/problem.model.ts'

/** Each repeat means that another device saved in the moment between; more than a few of them are no accident. */
const TRIES_MAX = 5

interface VersionedSave<V> {
  /** The version that the page knows. */
  known: V
  /** Sends the edit against a version. Throws ApiProblem. */
  send(version: V): Promise<unknown>
  /** Reads the version that the server has now, and stores it where the form sees it. Throws ApiProblem. */
  reread(): Promise<V>
  /** Tells whether the user typed a text for a field that has another one in this version. */
  isConflict(version: V): boolean
}

/**
 * Saves an edit against the version that it began with. When another device was faster, it takes the version of now and saves
 * again, unless both changed the same field. Returns false then: nothing is saved, and the form shows both texts. Throws ApiProblem.
 */
export async function saveVersioned<V>({ known, send, reread, isConflict }: VersionedSave<V>): Promise<boolean> {
  let version = known
  for (let tries = 1; ; tries += 1) {
    try {
      await send(version)
      return true
    } catch (error) {
      if (asProblem(error).code !== 'outdated_revision' || tries === TRIES_MAX) throw error
      version = await reread()
      if (isConflict(version)) return false
    }
  }
}
