import { Schema, type Connection, type Model } from 'mongoose'
import type { ServerSettings } from '../contract/index.ts'

/**
 * A setting that an admin changed. Each setting is a document, so that two changes at the same time do not undo each
 * other. An absent setting has its default.
 */
export interface SettingRecord<K extends keyof ServerSettings = keyof ServerSettings> {
  _id: K
  value: ServerSettings[K]
  /** Raised by each change; absent in a setting that only an earlier version changed. */
  revision?: number
}

export type SettingModel = Model<SettingRecord>

const settingSchema = new Schema<SettingRecord>(
  { _id: { type: String, required: true }, value: { type: Schema.Types.Mixed, default: null }, revision: Number },
  { versionKey: false, minimize: false },
)

/** Returns the model `Setting` on this connection. */
export function settingModel(connection: Connection): SettingModel {
  return connection.model<SettingRecord>('Setting', settingSchema)
}
