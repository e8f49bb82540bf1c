import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Problem, ServerSettings, SettingName, VersionedSettings } from 'backend/contract'
import { asProblem } from '../../connection/problem.model.ts'
import { saveVersioned } from '../../drafts/versionedSave.action.ts'
import { changeSettings, getSettings } from './admin.api.ts'

interface Settings {
  /** Null until they are loaded. */
  settings: VersionedSettings | null
  problem: Problem | null
  retry(): void
  /**
   * Saves a setting, unless another admin changed it meanwhile. It takes the new setting then, and throws. Throws ApiProblem.
   * @param next makes the new value of the one that the page knows
   * @param options.isRepeatable the value may be made again of the one that the other admin saved
   */
  save<K extends SettingName>(
    name: K,
    next: (known: ServerSettings[K]) => ServerSettings[K],
    options?: { isRepeatable: boolean },
  ): Promise<void>
}

const KEY = ['settings']

/** Loads the server's settings when the view that needs them opens: another admin may have changed them. */
export function useServerSettings(): Settings {
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({ queryKey: KEY, queryFn: getSettings })
  return {
    settings: data ?? null,
    problem: error && asProblem(error),
    retry: () => void refetch(),
    async save(name, next, { isRepeatable } = { isRepeatable: false }) {
      if (!data) return
      let refusal: unknown
      const isSaved = await saveVersioned({
        known: data,
        async send(known) {
          try {
            const answer = await changeSettings({ [name]: next(known[name]), fromRevision: known.revisions[name] })
            client.setQueryData(KEY, answer)
          } catch (error) {
            refusal = error
            throw error
          }
        },
        reread: () => client.fetchQuery({ queryKey: KEY, queryFn: getSettings, staleTime: 0 }),
        isConflict: () => !isRepeatable,
      })
      if (!isSaved) throw refusal
    },
  }
}
