import { Download } from 'lucide-react'
import { Icon } from '../../ui/Icon.tsx'
import { download } from './useWork.ts'

/** A link to a file that the browser saves. It is a real one, so that it can be opened and copied as links can. */
export function DownloadLink({ href, label, name }: { href: string; label: string; /** Which of several, for who does not see it. */ name?: string }) {
  return (
    <a
      href={href}
      download
      className="btn btn-quiet btn-sm"
      aria-label={name === undefined ? undefined : `${label} ${name}`}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        void download(href)
      }}
    >
      <Icon icon={Download} size={18} />
      {label}
    </a>
  )
}
