import { openForReading, type Store } from '../storage/store.ts'

/**
 * The connection of a thread's reader. It is the thread's own connection until the writer's first transaction. After
 * that, it is a second one, which sees only committed data. Open cursors move to it.
 */
export class CommittedView implements Store {
  readonly #own: Store
  readonly #directory: string
  #second: Store | undefined

  constructor(own: Store, directory: string) {
    this.#own = own
    this.#directory = directory
  }

  get sqlite(): Store['sqlite'] {
    return (this.#second ?? this.#own).sqlite
  }

  get catalog(): Store['catalog'] {
    return (this.#second ?? this.#own).catalog
  }

  separate(): void {
    this.#second ??= openForReading(this.#directory)
  }

  /** Closes only the second connection. */
  close(): void {
    this.#second?.close()
  }
}
