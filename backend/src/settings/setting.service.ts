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
  /** On disk, and in use here, when it resolves. */
  change(changes: Partial<ServerSettings>): Promise<void>
  /** Called with what changed, on this node and on others. */
  onChange(listener: Listener): void
  close(): void
}

/** What admins have set, in memory, since some of it is asked for at each message. */
export async function createSettingService(
  { Setting }: Pick<Models, 'Setting'>,
  cacheInvalidation: CacheInvalidation,
  logger: Logger,
): Promise<SettingService> {
  let settings = DEFAULT_SETTINGS
  const listeners: Listener[] = []
  let looks = 0
  let taken = 0

  async function load(): Promise<void> {
    const turn = (looks += 1)
    const found = await Setting.find().lean()
    // A look that began before a change must not bring back what was before it.
    if (turn < taken) return
    taken = turn
    take({ ...DEFAULT_SETTINGS, ...Object.fromEntries(found.map(({ _id, value }) => [_id, value])) })
  }

  function take(next: ServerSettings): void {
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
