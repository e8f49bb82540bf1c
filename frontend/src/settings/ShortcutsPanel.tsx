import { ShortcutList } from './ShortcutList.tsx'

/** Shows the keyboard shortcuts as a section of the settings. */
export function ShortcutsPanel() {
  return (
    <section className="panel px-5 py-2 max-md:px-4" aria-labelledby="settings-section">
      <ShortcutList />
    </section>
  )
}
