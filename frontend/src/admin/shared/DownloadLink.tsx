import { Download } from 'lucide-react'
import { Icon } from '../../ui/Icon.tsx'
import { download } from './download.action.ts'

interface DownloadLinkProps {
  href: string
  label: string
  /** The label for a screen reader, where it says which of several files it is. */
  spoken?: string
  /** Shows only the icon. */
  quiet?: boolean
}

/** Shows a link to a file that the browser saves. It is a real link, so that a user can open it in a tab and copy it. */
export function DownloadLink({ href, label, spoken, quiet = false }: DownloadLinkProps) {
  return (
    <a
      href={href}
      download
      className={quiet ? 'icon-button' : 'btn btn-quiet btn-sm'}
      aria-label={quiet ? (spoken ?? label) : spoken}
      title={quiet ? (spoken ?? label) : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        void download(href)
      }}
    >
      <Icon icon={Download} size={quiet ? 20 : 18} />
      {!quiet && label}
    </a>
  )
}
