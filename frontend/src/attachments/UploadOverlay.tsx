import { t } from '@lingui/core/macro'
import { CircleAlert, X } from 'lucide-react'
import { useMessages } from '../timeline/messages.store.ts'
import { useUploads, type UploadItem } from '../uploads/uploads.store.ts'
import { Icon } from '../ui/Icon.tsx'

interface UploadOverlayProps {
  uploadKey: string
  clientMessageId: string
  /** Name of the file; null for a voice message. */
  name: string | null
}

/** Shows the progress of an upload over its picture, with a button to cancel it. */
export function UploadOverlay(props: UploadOverlayProps) {
  const item = useUploads((state) => state.items[props.uploadKey])
  if (item?.state === 'done') return null
  return (
    <span className="upload-overlay">
      <CancelUpload {...props} item={item} />
    </span>
  )
}

/** Shows the progress as a ring around a cancel button. Without an item, this tab does not upload the file. */
export function CancelUpload({
  uploadKey,
  clientMessageId,
  name,
  item,
}: UploadOverlayProps & { item: UploadItem | undefined }) {
  if (!item || item.state === 'failed') return <Icon icon={CircleAlert} size={22} />
  const fraction = fractionOf(item)
  return (
    <button
      type="button"
      className="upload-ring"
      aria-label={name === null ? t`Cancel the upload of the voice message` : t`Cancel the upload of ${name}`}
      title={t`Cancel`}
      onClick={() => useMessages.getState().removeFile(clientMessageId, uploadKey)}
    >
      <svg viewBox="0 0 44 44" aria-hidden="true" data-waiting={item.state === 'waiting' || undefined}>
        <circle cx="22" cy="22" r="19" pathLength="100" />
        <circle
          cx="22"
          cy="22"
          r="19"
          pathLength="100"
          strokeDasharray={`${Math.max(3, fraction * 100)} 100`}
          className="upload-ring-done"
        />
      </svg>
      <Icon icon={X} size={18} />
      <progress
        className="sr-only"
        aria-label={name === null ? t`Upload of the voice message` : t`Upload of ${name}`}
        max={100}
        value={Math.round(fraction * 100)}
      />
    </button>
  )
}

/** 0 to 1 */
export const fractionOf = ({ sent, file, state }: UploadItem): number =>
  state === 'done' ? 1 : file.size === 0 ? 0 : Math.min(1, sent / file.size)
