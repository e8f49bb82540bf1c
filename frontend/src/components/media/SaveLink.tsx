import { Download } from 'lucide-react'
import type { MouseEvent } from 'react'
import { downloadUrl } from '../../lib/mediaUrls.ts'
import { asProblem } from '../../lib/problem.ts'
import { downloadSigned } from '../../lib/saving.ts'
import { isElsewhere } from '../../lib/server.ts'
import { Icon } from '../ui/Icon.tsx'
import { showToast } from '../ui/toasts.ts'

/** Saves what was attached. */
export function SaveLink({ id, name }: { id: string; name: string }) {
  return (
    <a
      className="icon-button"
      href={downloadUrl(id)}
      download={name}
      aria-label={`Download ${name}`}
      title="Download"
      {...(isElsewhere && { onClick: save })}
    >
      <Icon icon={Download} />
    </a>
  )

  function save(event: MouseEvent): void {
    event.preventDefault()
    downloadSigned(id).catch((error: unknown) => showToast(`Not downloaded. ${asProblem(error).detail}`, 'error'))
  }
}
