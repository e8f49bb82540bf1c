import { t } from '@lingui/core/macro'
import { Download } from 'lucide-react'
import type { MouseEvent } from 'react'
import { downloadUrl } from './media.urls.ts'
import { errorText } from '../connection/problem.model.ts'
import { downloadSigned, startDownload } from '../connection/download.client.ts'
import { isElsewhere } from '../lib/serverOrigin.ts'
import { Icon } from '../ui/Icon.tsx'
import { showToast } from '../ui/toast.store.ts'

/** Downloads an attachment. */
export function SaveLink({ id, name }: { id: string; name: string }) {
  return (
    <a
      className="icon-button"
      href={downloadUrl(id)}
      download={name}
      aria-label={t`Download ${name}`}
      title={t`Download`}
      onClick={save}
    >
      <Icon icon={Download} />
    </a>
  )

  function save(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const saving = isElsewhere ? downloadSigned(id) : startDownload(downloadUrl(id), name)
    saving.catch((error: unknown) => {
      const reason = errorText(error)
      showToast(t`Not downloaded. ${reason}`, 'error')
    })
  }
}
