import { t } from '@lingui/core/macro'
import type { ConversationId } from 'backend/contract'
import { CircleAlert, RotateCw, X } from 'lucide-react'
import { useState } from 'react'
import { fileSize } from '../lib/format.ts'
import { problemText } from '../lib/problemText.ts'
import { useBlobSource } from '../ui/hooks/useBlobSource.ts'
import { useUploads, type UploadItem } from '../uploads/uploads.store.ts'
import { IconButton } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { iconOf } from './FileCard.tsx'
import { fractionOf } from './UploadOverlay.tsx'

/** Shows above the composer the files of the next message, the progress of each upload, and why an upload failed. */
export function AttachmentTray({ conversationId }: { conversationId: ConversationId }) {
  const keys = useUploads((state) => state.trays[conversationId])
  const note = useUploads((state) => state.notes[conversationId])
  if (!keys?.length && note === undefined) return null
  return (
    <>
      {note !== undefined && (
        <p
          className="flex items-center gap-2 my-1 mx-1.5 ps-3 pe-0.5 rounded-box bg-warn-tint text-warn-ink text-sec font-medium"
          role="alert"
        >
          <Icon icon={CircleAlert} size={16} />
          <span className="grow">{note}</span>
          <IconButton
            icon={X}
            iconSize={16}
            label={t`Dismiss`}
            onClick={() => useUploads.getState().dismissNote(conversationId)}
          />
        </p>
      )}
      {keys && keys.length > 0 && (
        <ul className="tray" aria-label={t`Files to send`}>
          {keys.map((key) => (
            <TrayItem key={key} itemKey={key} />
          ))}
        </ul>
      )}
    </>
  )
}

function TrayItem({ itemKey }: { itemKey: string }) {
  const item = useUploads((state) => state.items[itemKey])
  const retry = useUploads((state) => state.retry)
  const remove = useUploads((state) => state.remove)
  if (!item) return null
  const { file, state, problem } = item
  const { name } = file
  // Another try cannot make a file smaller.
  const canRetry = state === 'failed' && problem?.code !== 'too_large'
  return (
    <li className="tray-item" data-state={state}>
      <span className="tray-face">
        {item.kind === 'image' ? (
          <Thumbnail item={item} />
        ) : (
          <Icon icon={iconOf({ kind: item.kind, name: file.name, mimeType: file.type })} size={22} />
        )}
      </span>
      <span className="min-w-0 grow">
        <bdi className="keep-edge block truncate font-semibold" title={file.name}>
          {file.name}
        </bdi>
        <span className="tray-state" role={state === 'failed' ? 'alert' : undefined}>
          {wordsOfState(item)}
        </span>
      </span>
      {canRetry && (
        <IconButton
          icon={RotateCw}
          iconSize={18}
          label={t`Upload ${name} again`}
          title={t`Retry`}
          onClick={() => retry(itemKey)}
        />
      )}
      <IconButton
        icon={X}
        iconSize={18}
        label={state === 'done' || state === 'failed' ? t`Remove ${name}` : t`Cancel the upload of ${name}`}
        title={t`Remove`}
        onClick={() => remove(itemKey)}
      />
      {state !== 'done' && state !== 'failed' && (
        <progress
          className="tray-progress"
          aria-label={t`Upload of ${name}`}
          max={100}
          value={Math.round(fractionOf(item) * 100)}
        />
      )}
    </li>
  )
}

function wordsOfState({ state, problem, file, sent }: UploadItem): string {
  const total = fileSize(file.size)
  if (state === 'failed') return problem ? problemText(problem) : t`Not uploaded.`
  if (state === 'waiting') return t`${total}. Waiting for the connection`
  if (state === 'done' || sent === 0) return total
  const done = fileSize(sent)
  return t`${done} of ${total}`
}

/** Shows a photo, or an icon when this browser cannot draw it. The server makes a preview later. */
function Thumbnail({ item }: { item: UploadItem }) {
  const source = useBlobSource(item.file)
  const [broken, setBroken] = useState(false)
  if (broken)
    return <Icon icon={iconOf({ kind: item.kind, name: item.file.name, mimeType: item.file.type })} size={22} />
  return <img ref={source} alt="" onError={() => setBroken(true)} />
}
