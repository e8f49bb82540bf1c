import { Download } from 'lucide-react'
import { Icon } from '../../ui/Icon.tsx'
import { download } from './download.action.ts'

interface DownloadLinkProps {
  href: string
  label: string
  /** Which of several, for who does not see it. */
  name?: string
  /** Its icon alone. */
  quiet?: boolean
}

/** A link to a file that the browser saves. It is a real one, so that it can be opened and copied as links can. */
export function DownloadLink({ href, label, name, quiet = false }: DownloadLinkProps) {
  const spoken = name === undefined ? label : `${label} ${name}`
  return (
    <a
      href={href}
      download
      className={quiet ? 'icon-button' : 'btn btn-quiet btn-sm'}
      aria-label={quiet || name !== undefined ? spoken : undefined}
      title={quiet ? spoken : undefined}
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
