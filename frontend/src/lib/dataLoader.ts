interface DataLoader<Id extends string> {
  /** Asks the server for this id, once. The ids of one turn of the event loop share a request. */
  request(id: Id): void
  /** Lets these ids be asked for again. */
  release(ids: readonly Id[]): void
  /** The ids that were asked for and not released. */
  requested(): Id[]
  /** Drops the ids that wait and the answers that are on their way: they are another user's. */
  forget(): void
}

interface DataLoaderOptions<Id extends string, Answer> {
  /** Ids of one request, at most. */
  batchMax: number
  fetch: (ids: Id[]) => Promise<Answer>
  loaded: (answer: Answer, ids: readonly Id[]) => void
  /** Without it a failed id stays requested. */
  failed?: (ids: readonly Id[]) => void
}

/** Creates a loader that turns requests for single ids into few requests to the server. */
export function createDataLoader<Id extends string, Answer>({
  batchMax,
  fetch,
  loaded,
  failed = () => {},
}: DataLoaderOptions<Id, Answer>): DataLoader<Id> {
  const asked = new Set<Id>()
  let due: Id[] = []
  let generation = 0

  function fetchDue(): void {
    const ids = due
    const mine = generation
    due = []
    for (let from = 0; from < ids.length; from += batchMax) {
      const batch = ids.slice(from, from + batchMax)
      fetch(batch).then(
        (answer) => {
          if (mine === generation) loaded(answer, batch)
        },
        () => {
          if (mine === generation) failed(batch)
        },
      )
    }
  }

  return {
    request(id) {
      if (asked.has(id)) return
      asked.add(id)
      if (due.push(id) === 1) queueMicrotask(fetchDue)
    },
    release(ids) {
      for (const id of ids) asked.delete(id)
    },
    requested: () => [...asked],
    forget() {
      generation += 1
      asked.clear()
      due = []
    },
  }
}
