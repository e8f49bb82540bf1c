import { useTheme } from './theme.store.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { THEME_OPTIONS } from './theme.options.ts'

/** How Parley looks in this browser. */
export function AppearancePanel() {
  const { preference, setPreference } = useTheme()
  return (
    <section id="appearance" className="panel p-5 max-md:p-4" aria-labelledby="appearance-title">
      <h2 id="appearance-title" className="text-title font-[650] tracking-[-0.01em]">
        Appearance
      </h2>
      <Segmented
        label="Theme"
        className="mt-4 max-w-[420px]"
        value={preference}
        options={THEME_OPTIONS}
        onChange={setPreference}
      />
      <p className="field-hint mt-2">For this browser only. System follows the device.</p>
    </section>
  )
}
