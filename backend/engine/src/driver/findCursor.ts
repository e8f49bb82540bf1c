import mongoose from 'mongoose'
import { decode, type Doc } from './codec.ts'
import { EmbeddedCursor } from './cursor.ts'
import { refuseMissing } from './errors.ts'
import { limitFields, sortMap } from './shapes.ts'

/** The cursor of `find`, like `mongodb.FindCursor`. */
export class EmbeddedFindCursor extends EmbeddedCursor {
  protected readonly kind = 'FindCursor'

  clone(): EmbeddedFindCursor {
    return new EmbeddedFindCursor(this.commands, this.command, this.options)
  }

  async count(): Promise<number> {
    const { op: _, ...rest } = this.command
    const { answer } = await this.commands.read({ ...rest, op: 'count' }, this.options)
    return Number(decode(answer.header, {})['n'])
  }

  filter(filter: Doc): this {
    return this.change('filter', filter)
  }

  sort(sort: unknown, direction?: unknown): this {
    return this.change('sort', sortMap(typeof sort === 'string' && direction !== undefined ? [sort, direction] : sort))
  }

  limit(limit: number): this {
    for (const [name, value] of Object.entries(limitFields(limit))) this.change(name, value)
    return this
  }

  skip(skip: number): this {
    return this.change('skip', skip)
  }

  project(projection: Doc): this {
    return this.change('projection', projection)
  }

  /** Hints, and options for a server, have no effect. */
  hint(): this {
    return this
  }

  allowDiskUse(): this {
    return this
  }
}

refuseMissing(EmbeddedFindCursor, mongoose.mongo.FindCursor)
