import { t } from '@lingui/core/macro'
import { Dialog } from '../ui/Dialog.tsx'
import { ShortcutList } from './ShortcutList.tsx'

/** Shows the keyboard shortcuts over the page. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title={t`Shortcuts`} size="facts">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it */}
      <div className="scroll-pane px-4 pb-4" tabIndex={0} role="region" aria-label={t`Shortcuts`}>
        <ShortcutList />
      </div>
    </Dialog>
  )
}
