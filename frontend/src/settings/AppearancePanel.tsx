import { t } from '@lingui/core/macro'
import { useTheme } from './theme.store.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { themeOptions } from './theme.options.ts'

/** Chooses the theme of this browser. */
export function AppearancePanel() {
  const { preference, setPreference } = useTheme()
  return (
    <section className="panel p-5 max-md:p-4" aria-labelledby="settings-section">
      <Segmented
        label={t`Theme`}
        className="max-w-[420px]"
        value={preference}
        options={themeOptions()}
        onChange={setPreference}
      />
      <p className="field-hint mt-2">{t`For this browser only. System follows your device.`}</p>
    </section>
  )
}
