import type { Problem, ServerSettings, ServerSettingsInput } from 'backend/contract'
import { useCallback, useEffect, useState } from 'react'
import { changeSettings, getSettings } from './admin.api.ts'
import { asProblem } from '../../connection/problem.model.ts'

interface Settings {
  /** Null until they are there. */
  settings: ServerSettings | null
  problem: Problem | null
  retry(): void
  /** Throws ApiProblem; the settings are then as they were. */
  save(input: ServerSettingsInput): Promise<ServerSettings>
}

/** The server's settings, fetched when the view that needs them opens: another admin may have changed them. */
export function useServerSettings(): Settings {
  const [settings, setSettings] = useState<ServerSettings | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const load = useCallback(() => {
    getSettings().then(setSettings, (error: unknown) => setProblem(asProblem(error)))
  }, [])
  useEffect(load, [load])
  return {
    settings,
    problem,
    retry: () => {
      setProblem(null)
      load()
    },
    async save(input) {
      const answer = await changeSettings(input)
      setSettings(answer)
      return answer
    },
  }
}
