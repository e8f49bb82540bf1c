import { create } from 'zustand'

export const THEME_PREFERENCES = ['light', 'dark', 'system'] as const
export type ThemePreference = (typeof THEME_PREFERENCES)[number]

const KEY = 'parley.theme'

interface ThemeState {
  preference: ThemePreference
  setPreference(preference: ThemePreference): void
}

/** The theme of this browser. public/early.js reads the same key before the first paint. Other tabs follow a change. */
export const useTheme = create<ThemeState>()((set) => ({
  preference: read(),
  setPreference(preference) {
    try {
      if (preference === 'system') localStorage.removeItem(KEY)
      else localStorage.setItem(KEY, preference)
    } catch {
      // Storage is not allowed: the choice lasts until the page is closed.
    }
    show(preference)
    set({ preference })
  },
}))

addEventListener('storage', (event) => {
  // A null key means that the whole storage was cleared.
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

/** Sets the theme's attribute. Without it the style sheet follows the system. */
function show(preference: ThemePreference): void {
  const root = document.documentElement
  if (preference === 'system') delete root.dataset['theme']
  else root.dataset['theme'] = preference
}
