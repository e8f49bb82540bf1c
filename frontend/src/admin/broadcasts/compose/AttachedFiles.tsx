import { plural, t } from '@lingui/core/macro'
import { LIMITS, type Attachment } from 'backend/contract'
import { Paperclip, X } from 'lucide-react'
import { useRef } from 'react'
import { fileSize } from '../../../lib/format.ts'
import { useUploads } from '../../../uploads/uploads.store.ts'
import { AttachmentTray } from '../../../attachments/AttachmentTray.tsx'
import { iconOf } from '../../../attachments/FileCard.tsx'
import { IconButton } from '../../../ui/Button.tsx'
import { Icon } from '../../../ui/Icon.tsx'
import { showToast } from '../../../ui/toast.store.ts'

interface AttachedFilesProps {
  /** The key of the broadcast's uploads in the store. */
  tray: string
  attachments: readonly Attachment[]
  onRemove: (id: string) => void
}

/** Shows the files of a broadcast: first the uploaded ones, then the uploads in progress. */
export function AttachedFiles({ tray, attachments, onRemove }: AttachedFilesProps) {
  return (
    <>
      {attachments.length > 0 && (
        <ul className="tray" aria-label={t`Attached files`}>
          {attachments.map((attachment) => {
            const { id, name, size } = attachment
            return (
              <li key={id} className="tray-item">
                <span className="tray-face">
                  <Icon icon={iconOf(attachment)} size={22} />
                </span>
                <span className="min-w-0 grow">
                  <bdi className="keep-edge block truncate font-semibold" title={name}>
                    {name}
                  </bdi>
                  <span className="tray-state">{fileSize(size)}</span>
                </span>
                <IconButton
                  icon={X}
                  iconSize={18}
                  label={t`Remove ${name}`}
                  title={t`Remove`}
                  onClick={() => onRemove(id)}
                />
              </li>
            )
          })}
        </ul>
      )}
      <AttachmentTray conversationId={tray} />
    </>
  )
}

/** Lets the admin choose files, and uploads them. */
export function AttachTool({ tray, attached }: { tray: string; attached: number }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton
        icon={Paperclip}
        iconSize={18}
        label={t`Attach files`}
        className="ms-auto"
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t`Files to attach`}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])]
          // An empty value lets the admin choose the same file again.
          target.value = ''
          attach(tray, files, attached)
        }}
      />
    </>
  )
}

function attach(tray: string, files: File[], attached: number): void {
  const { trays, attach } = useUploads.getState()
  const room = LIMITS.attachmentsMax - attached - (trays[tray]?.length ?? 0)
  if (files.length > room)
    showToast(
      plural(LIMITS.attachmentsMax, {
        one: 'A broadcast can have # file. The others were left out.',
        other: 'A broadcast can have # files. The others were left out.',
      }),
      'error',
    )
  if (files.length > 0 && room > 0) void attach(tray, files.slice(0, room))
}
