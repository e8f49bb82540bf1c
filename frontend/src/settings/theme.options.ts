import { t } from '@lingui/core/macro'
import { Monitor, Moon, Sun, type LucideIcon } from 'lucide-react'
import type { ThemePreference } from './theme.store.ts'

interface ThemeOption {
  value: ThemePreference
  label: string
  icon: LucideIcon
}

/** Returns the choices of the theme with their labels. */
export const themeOptions = (): ThemeOption[] => [
  { value: 'light', label: t`Light`, icon: Sun },
  { value: 'dark', label: t`Dark`, icon: Moon },
  { value: 'system', label: t`System`, icon: Monitor },
]
