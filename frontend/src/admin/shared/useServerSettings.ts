import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Problem, ServerSettings, ServerSettingsInput } from 'backend/contract'
import { asProblem } from '../../connection/problem.model.ts'
import { changeSettings, getSettings } from './admin.api.ts'

interface Settings {
  /** Null until they are loaded. */
  settings: ServerSettings | null
  problem: Problem | null
  retry(): void
  /** Throws ApiProblem; the settings then stay as they were. */
  save(input: ServerSettingsInput): Promise<ServerSettings>
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
    async save(input) {
      const answer = await changeSettings(input)
      client.setQueryData(KEY, answer)
      return answer
    },
  }
}
