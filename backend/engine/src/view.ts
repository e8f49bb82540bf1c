import { openForReading, type Store } from './engine/store.ts'

/**
 * What a thread's reader looks at: the thread's own connection, until the writer's first transaction. From then on a second
 * one, which sees what is committed only. Cursors that are open move with it.
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

  /** Closes the second connection only. */
  close(): void {
    this.#apart?.close()
  }
}
