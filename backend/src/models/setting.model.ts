import { Schema, type Connection, type Model } from 'mongoose'
import type { ServerSettings } from '../contract/index.ts'

/** What admins have set: one document a setting, so that two changes at once do not undo each other. Absent: its default. */
export interface SettingRecord<K extends keyof ServerSettings = keyof ServerSettings> {
  _id: K
  value: ServerSettings[K]
}

export type SettingModel = Model<SettingRecord>

const settingSchema = new Schema<SettingRecord>(
  { _id: { type: String, required: true }, value: { type: Schema.Types.Mixed, default: null } },
  { versionKey: false, minimize: false },
)

export function settingModel(connection: Connection): SettingModel {
  return connection.model<SettingRecord>('Setting', settingSchema)
}
