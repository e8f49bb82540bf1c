import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { LIMITS, type ConversationId } from 'backend/contract'
import { Upload } from 'lucide-react'
import { useEffect, useRef, useState, type ClipboardEvent, type DragEvent, type ReactNode } from 'react'
import { usePlayback } from './playback.store.ts'
import { useUploads } from '../uploads/uploads.store.ts'
import { kindOfPaste } from './paste.model.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { showToast } from '../ui/toast.store.ts'

interface DropZoneProps {
  conversationId: ConversationId
  /** Name of the user or group that receives the files. */
  receiver: string
  children: ReactNode
}

/** Puts files that are dropped on a conversation or pasted into it into its tray. */
export function DropZone({ conversationId, receiver, children }: DropZoneProps) {
  const [over, setOver] = useState(false)
  /** The pictures of a pasted text. */
  const [offered, setOffered] = useState<readonly File[]>([])
  /** Counts nested elements under the pointer: a child is entered before its parent is left. */
  const depth = useRef(0)
  useDropsElsewhere()
  // The controls of the playing recording disappear with the conversation.
  useEffect(() => () => usePlayback.getState().stop(), [])

  function end(): void {
    depth.current = 0
    setOver(false)
  }

  function onDrop(event: DragEvent<HTMLElement>): void {
    if (!hasFiles(event.dataTransfer)) return
    event.preventDefault()
    end()
    attach(conversationId, filesOf(event.dataTransfer))
    event.currentTarget.querySelector('textarea')?.focus()
  }

  function onPaste(event: ClipboardEvent): void {
    const files = [...event.clipboardData.files]
    const text = event.clipboardData.getData('text/plain')
    const kind = kindOfPaste({ text, html: event.clipboardData.getData('text/html'), files })
    setOffered(kind === 'both' ? files : [])
    if (kind !== 'files') return
    event.preventDefault()
    attach(conversationId, files)
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- for the pointer; the button beside the composer does the same
    <div
      className="drop-zone"
      onPaste={onPaste}
      onDragEnter={({ dataTransfer }) => {
        if (!hasFiles(dataTransfer)) return
        depth.current += 1
        setOver(true)
      }}
      onDragLeave={({ dataTransfer }) => {
        if (!hasFiles(dataTransfer)) return
        depth.current -= 1
        if (depth.current <= 0) end()
      }}
      onDrop={onDrop}
    >
      {children}
      {offered.length > 0 && (
        <div role="status" className="flex flex-wrap items-center gap-2 px-3.5 pb-2 text-sec text-muted">
          <span className="grow">
            {plural(offered.length, {
              one: 'The pasted text came with a picture.',
              other: 'The pasted text came with # pictures.',
            })}
          </span>
          <Button
            size="sm"
            onClick={() => {
              attach(conversationId, [...offered])
              setOffered([])
            }}
          >
            {plural(offered.length, { one: 'Add the picture', other: 'Add the pictures' })}
          </Button>
          <Button size="sm" variant="ghost" onClick={() => setOffered([])}>
            <Trans>No, thanks</Trans>
          </Button>
        </div>
      )}
      {over && (
        <div className="drop-overlay" role="status">
          <span className="drop-tile">
            <Icon icon={Upload} size={28} />
          </span>
          <p className="text-title font-[650]">
            <Trans>
              Drop to send to <bdi>{receiver}</bdi>
            </Trans>
          </p>
          <p className="text-sec text-muted">
            {plural(LIMITS.attachmentsMax, { one: 'Up to # file in a message.', other: 'Up to # files in a message.' })}
          </p>
        </div>
      )}
    </div>
  )
}

/** Ignores files dropped outside the conversation: the browser would open them in place of the page. */
function useDropsElsewhere(): void {
  useEffect(() => {
    const ended = new AbortController()
    const { signal } = ended
    const refuse = (event: globalThis.DragEvent) => {
      if (event.dataTransfer && hasFiles(event.dataTransfer)) event.preventDefault()
    }
    addEventListener('dragover', refuse, { signal })
    addEventListener('drop', refuse, { signal })
    return () => ended.abort()
  }, [])
}

/** The type that browsers give to files. */
// oxlint-disable-next-line page/loose-text -- a code of browsers
const FILES = 'Files'
const hasFiles = ({ types }: DataTransfer): boolean => types.includes(FILES)

/** Returns the dropped files without folders, which come as unreadable files. */
function filesOf({ items, files }: DataTransfer): File[] {
  const entries = [...items].filter(({ kind }) => kind === 'file').map((item) => item.webkitGetAsEntry?.() ?? null)
  const all = [...files]
  const only = all.filter((_, index) => !entries[index]?.isDirectory)
  if (only.length < all.length)
    showToast(t`A folder cannot be sent. Make an archive of it, such as a ZIP file.`, 'error')
  return only
}

function attach(id: ConversationId, files: File[]): void {
  if (files.length > 0) void useUploads.getState().attach(id, files)
}
