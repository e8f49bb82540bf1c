import { Schema, type Connection, type Model, type Types } from 'mongoose'
import type { AuditEntry } from '../contract/index.ts'

/** A line of the audit log. It holds ids of users only, so that no name of a deleted account stays in it. */
export interface AuditRecord {
  _id: Types.ObjectId
  at: Date
  /** Null for the command line. */
  actorId: Types.ObjectId | null
  action: string
  targetId: string | null
  /** JSON text, so that no key in it is an operator for the database. */
  detail: string
  ip: string
  outcome: AuditEntry['outcome']
}

export type AuditModel = Model<AuditRecord>

const auditSchema = new Schema<AuditRecord>(
  {
    at: { type: Date, required: true },
    actorId: { type: Schema.Types.ObjectId, default: null },
    action: { type: String, required: true },
    targetId: { type: String, default: null },
    detail: { type: String, default: '{}' },
    ip: { type: String, default: '' },
    outcome: { type: String, required: true },
  },
  { versionKey: false, collection: 'auditlog' },
)
auditSchema.index({ actorId: 1, _id: -1 })
auditSchema.index({ targetId: 1, _id: -1 })
auditSchema.index({ action: 1, _id: -1 })
auditSchema.index({ ip: 1, _id: -1 })

/** Returns the model `Audit` on this connection, whose collection is `auditlog`. */
export function auditModel(connection: Connection): AuditModel {
  return connection.model<AuditRecord>('Audit', auditSchema)
}
