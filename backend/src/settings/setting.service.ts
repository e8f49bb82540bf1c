import type { ServerSettings } from '../contract/index.ts'
import type { Logger } from '../lib/logger.ts'
import { keepCacheFresh, type CacheInvalidation } from '../lib/cacheInvalidation.ts'
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

const NAMES: readonly (keyof ServerSettings)[] = ['registration', 'words', 'retention', 'maintenance']

type Listener = (settings: ServerSettings, changed: readonly (keyof ServerSettings)[]) => void

export interface SettingService {
  all(): ServerSettings
  get<K extends keyof ServerSettings>(name: K): ServerSettings[K]
  /** Changes settings. When it resolves, they are on disk, and this node uses them. */
  change(changes: Partial<ServerSettings>): Promise<void>
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
  const listeners: Listener[] = []
  let loads = 0
  let newest = 0

  async function load(): Promise<void> {
    const turn = (loads += 1)
    const found = await Setting.find({ _id: { $in: NAMES } }).lean()
    // A load that began before a later one must not bring back old settings.
    if (turn < newest) return
    newest = turn
    use({ ...DEFAULT_SETTINGS, ...Object.fromEntries(found.map(({ _id, value }) => [_id, value])) })
  }

  function use(next: ServerSettings): void {
    const before = settings
    settings = next
    const changed = NAMES.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(next[name]))
    if (changed.length > 0) for (const listener of listeners) listener(settings, changed)
  }

  await load()
  const stop = keepCacheFresh(cacheInvalidation, 'settings', load, logger)

  return {
    all: () => settings,
    get: (name) => settings[name],
    async change(changes) {
      for (const name of NAMES) {
        const value = changes[name]
        if (value !== undefined) await Setting.updateOne({ _id: name }, { $set: { value } }, { upsert: true })
      }
      await load()
      cacheInvalidation.publish('settings')
    },
    onChange: (listener) => void listeners.push(listener),
    close: stop,
  }
}
