import mongoose from 'mongoose'
import type { Doc } from './codec.ts'
import { EmbeddedCursor } from './cursor.ts'
import { refuseMissing } from './errors.ts'
import { sortMap } from './shapes.ts'

/** The cursor of `aggregate`, like `mongodb.AggregationCursor`. Its builder methods add stages to the pipeline. */
export class EmbeddedAggregationCursor extends EmbeddedCursor {
  protected readonly kind = 'AggregationCursor'

  get pipeline(): unknown[] {
    const { pipeline } = this.command
    return Array.isArray(pipeline) ? pipeline : []
  }

  clone(): EmbeddedAggregationCursor {
    return new EmbeddedAggregationCursor(this.commands, { ...this.command, pipeline: [...this.pipeline] }, this.options)
  }

  addStage(stage: Doc): this {
    return this.change('pipeline', [...this.pipeline, stage])
  }

  group($group: Doc): this {
    return this.addStage({ $group })
  }

  limit($limit: number): this {
    return this.addStage({ $limit })
  }

  lookup($lookup: Doc): this {
    return this.addStage({ $lookup })
  }

  match($match: Doc): this {
    return this.addStage({ $match })
  }

  out($out: unknown): this {
    return this.addStage({ $out })
  }

  project($project: Doc): this {
    return this.addStage({ $project })
  }

  redact($redact: Doc): this {
    return this.addStage({ $redact })
  }

  skip($skip: number): this {
    return this.addStage({ $skip })
  }

  sort(sort: unknown): this {
    return this.addStage({ $sort: sortMap(sort) ?? {} })
  }

  unwind($unwind: unknown): this {
    return this.addStage({ $unwind })
  }

  geoNear($geoNear: Doc): this {
    return this.addStage({ $geoNear })
  }
}

refuseMissing(EmbeddedAggregationCursor, mongoose.mongo.AggregationCursor)
