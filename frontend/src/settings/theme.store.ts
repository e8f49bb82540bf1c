import { create } from 'zustand'

export const THEME_PREFERENCES = ['light', 'dark', 'system'] as const
export type ThemePreference = (typeof THEME_PREFERENCES)[number]

const KEY = 'parley.theme'

interface ThemeState {
  preference: ThemePreference
  setPreference(preference: ThemePreference): void
}

/** Which theme this browser shows. public/theme.js reads the same key before the first paint; other tabs follow. */
export const useTheme = create<ThemeState>()((set) => ({
  preference: read(),
  setPreference(preference) {
    try {
      if (preference === 'system') localStorage.removeItem(KEY)
      else localStorage.setItem(KEY, preference)
    } catch {
      // Storage is forbidden: the choice lives as long as the page.
    }
    show(preference)
    set({ preference })
  },
}))

addEventListener('storage', (event) => {
  // A null key: everything was cleared.
  if (event.key !== KEY && event.key !== null) return
  const preference = read()
  show(preference)
  useTheme.setState({ preference })
})

function read(): ThemePreference {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'light' || kept === 'dark' ? kept : 'system'
  } catch {
    return 'system'
  }
}

/** Without the attribute the style sheet follows the system by itself. */
function show(preference: ThemePreference): void {
  const root = document.documentElement
  if (preference === 'system') delete root.dataset['theme']
  else root.dataset['theme'] = preference === 'dark' ? 'parley-dark' : 'parley'
}
