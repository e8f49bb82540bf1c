import { t } from '@lingui/core/macro'
import { Copy } from 'lucide-react'
import { useId } from 'react'
import { Button } from '../../ui/Button.tsx'
import { copyText } from '../../lib/copyText.ts'
import { showToast } from '../../ui/toast.store.ts'

/** Shows a link that the server sends only once, with a button that copies it. */
export function OnceLink({ label, path, hint }: { label: string; path: string; hint: string }) {
  const id = useId()
  const url = location.origin + path

  async function copy(): Promise<void> {
    if (await copyText(url)) showToast(t`Link copied.`)
    else showToast(t`Not copied: the browser does not allow it. Select the link and copy it.`, 'error')
  }

  return (
    <div>
      <div className="flex gap-2">
        <input
          className="text-input min-w-0 grow"
          readOnly
          dir="ltr"
          aria-label={label}
          aria-describedby={id}
          value={url}
          onFocus={(event) => event.target.select()}
        />
        <Button icon={Copy} variant="primary" autoFocus onClick={() => void copy()}>
          {t`Copy`}
        </Button>
      </div>
      <p id={id} className="field-hint mt-1.5">
        {hint}
      </p>
    </div>
  )
}
