import { isDeepStrictEqual } from 'node:util'
import type { ServerSettings, SettingName, VersionedSettings } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { keepCacheFresh, type CacheInvalidation } from '../lib/cacheInvalidation.ts'
import { storedRevision } from '../lib/schemas/revisionSchemas.ts'
import type { Models } from '../models/index.ts'

const DEFAULT_SETTINGS: ServerSettings = {
  registration: { mode: 'open', domains: [] },
  words: [],
  retention: {
    direct: { days: null, action: 'delete' },
    group: { days: null, action: 'delete' },
    broadcast: { days: null, action: 'delete' },
  },
  maintenance: null,
}

export const SETTING_NAMES: readonly SettingName[] = ['registration', 'words', 'retention', 'maintenance']

const DEFAULT_REVISIONS: VersionedSettings['revisions'] = { registration: 0, words: 0, retention: 0, maintenance: 0 }

type Listener = (settings: ServerSettings, changed: readonly SettingName[]) => void

export interface SettingService {
  all(): ServerSettings
  /** Returns the settings with their revisions. */
  versioned(): VersionedSettings
  get<K extends SettingName>(name: K): ServerSettings[K]
  /**
   * Changes settings. When it resolves, they are on disk, and this node uses them.
   * @param fromRevision the revision that the only one of `changes` began with
   * @throws AppError `outdated_revision` (the setting is at another revision; then nothing is changed)
   */
  change(changes: Partial<ServerSettings>, fromRevision?: number): Promise<void>
  /** Calls `listener` with the names of changed settings, also when another node changed them. */
  onChange(listener: Listener): void
  close(): void
}

/** Creates the service. The settings are in memory, because each message needs some of them. */
export async function createSettingService(
  { Setting }: Pick<Models, 'Setting'>,
  cacheInvalidation: CacheInvalidation,
  logger: Logger,
): Promise<SettingService> {
  let settings = DEFAULT_SETTINGS
  let revisions = DEFAULT_REVISIONS
  const listeners: Listener[] = []
  let loads = 0
  let newest = 0

  async function load(): Promise<void> {
    const turn = (loads += 1)
    const found = await Setting.find({ _id: { $in: SETTING_NAMES } }).lean()
    // A load that began before a later one must not bring back old settings.
    if (turn < newest) return
    newest = turn
    revisions = { ...DEFAULT_REVISIONS, ...Object.fromEntries(found.map(({ _id, revision = 0 }) => [_id, revision])) }
    use({ ...DEFAULT_SETTINGS, ...Object.fromEntries(found.map(({ _id, value }) => [_id, value])) })
  }

  function use(next: ServerSettings): void {
    const before = settings
    settings = next
    const changed = SETTING_NAMES.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(next[name]))
    if (changed.length > 0) for (const listener of listeners) listener(settings, changed)
  }

  /** @throws AppError `outdated_revision` */
  async function write(
    name: SettingName,
    value: ServerSettings[SettingName],
    fromRevision: number | undefined,
  ): Promise<void> {
    const change = { $set: { value }, $inc: { revision: 1 } }
    if (fromRevision === undefined) return void (await Setting.updateOne({ _id: name }, change, { upsert: true }))
    // A setting that was never changed has no document yet. Two admins may create it at the same time.
    if (fromRevision === 0)
      await Setting.updateOne({ _id: name }, { $setOnInsert: { value: DEFAULT_SETTINGS[name] } }, { upsert: true })
    const { matchedCount } = await Setting.updateOne({ _id: name, revision: storedRevision(fromRevision) }, change)
    if (matchedCount > 0) return
    const now = await Setting.findById(name).lean()
    // A repeat finds its own value.
    if (now && isDeepStrictEqual(now.value, value)) return
    throw new AppError('setting_edited', { name, revision: now?.revision ?? 0 })
  }

  await load()
  const stop = keepCacheFresh(cacheInvalidation, 'settings', load, logger)

  return {
    all: () => settings,
    get: (name) => settings[name],
    versioned: () => ({ ...settings, revisions }),
    async change(changes, fromRevision) {
      for (const name of SETTING_NAMES) {
        const value = changes[name]
        if (value !== undefined) await write(name, value, fromRevision)
      }
      await load()
      cacheInvalidation.publish('settings')
    },
    onChange: (listener) => void listeners.push(listener),
    close: stop,
  }
}
