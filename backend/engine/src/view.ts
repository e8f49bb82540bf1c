import { openForReading, type Store } from './engine/store.ts'

/**
 * The connection of a thread's reader. It is the thread's own connection until the writer's first transaction. After
 * that, it is a second one, which sees only committed data. Open cursors move to it.
 */
export class View implements Store {
  readonly #own: Store
  readonly #directory: string
  #apart: Store | undefined

  constructor(own: Store, directory: string) {
    this.#own = own
    this.#directory = directory
  }

  get sqlite(): Store['sqlite'] {
    return (this.#apart ?? this.#own).sqlite
  }

  get catalog(): Store['catalog'] {
    return (this.#apart ?? this.#own).catalog
  }

  part(): void {
    this.#apart ??= openForReading(this.#directory)
  }

  /** Closes only the second connection. */
  close(): void {
    this.#apart?.close()
  }
}
