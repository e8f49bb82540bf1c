import { Copy } from 'lucide-react'
import { useId } from 'react'
import { Button } from '../../ui/Button.tsx'
import { copyText } from '../../lib/copyText.ts'
import { showToast } from '../../ui/toast.store.ts'

/** A link that the server tells only once, to be copied now. */
export function OnceLink({ label, path, hint }: { label: string; path: string; hint: string }) {
  const id = useId()
  const url = location.origin + path

  async function copy(): Promise<void> {
    if (await copyText(url)) showToast('Link copied.')
    else showToast('Not copied: the browser does not allow it. Select the link and copy it.', 'error')
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
          Copy
        </Button>
      </div>
      <p id={id} className="field-hint mt-1.5">
        {hint}
      </p>
    </div>
  )
}
