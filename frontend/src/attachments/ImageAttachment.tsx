import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { LIMITS, type Attachment, type ConversationId } from 'backend/contract'
import { ImageOff } from 'lucide-react'
import { useState } from 'react'
import { useBlobSource } from '../ui/hooks/useBlobSource.ts'
import { fitted, isShownAsItIs, mediaUrl } from './media.urls.ts'
import { useUploads } from '../uploads/uploads.store.ts'
import { Icon } from '../ui/Icon.tsx'
import { showImage } from './lightbox.store.ts'
import { Placeholder } from './Placeholder.tsx'
import { roomOf } from './media.size.ts'
import type { ShownAttachment } from './shownAttachment.model.ts'
import { UploadOverlay } from './UploadOverlay.tsx'

interface ImageAttachmentProps {
  attachment: ShownAttachment
  conversationId: ConversationId
  /** Id of the message that waits for the upload. */
  clientMessageId: string
  /** Name of the sender, for screen readers. */
  author: string
  /** Fills its cell in a grid of several pictures. */
  inGrid?: boolean
  /** Count of further pictures, which only the lightbox shows. */
  more?: number
}

/** Shows a picture of a message. Its space is reserved before it loads. A press opens the lightbox. */
export function ImageAttachment({
  attachment,
  conversationId,
  clientMessageId,
  author,
  inGrid = false,
  more = 0,
}: ImageAttachmentProps) {
  const { id, name, uploadKey } = attachment
  const room = roomOf(attachment)
  const local = useUploads(
    ({ originals, items }) => originals[id] ?? (uploadKey === undefined ? undefined : items[uploadKey]?.file),
  )
  const behind = more + 1
  const label =
    more > 0
      ? plural(behind, { one: `# more photo by ${author}`, other: `# more photos by ${author}` })
      : attachment.isAnimated
        ? t`Animated picture by ${author}: ${name}`
        : t`Photo by ${author}: ${name}`
  const picture = local ? (
    <LocalPicture blob={local} attachment={attachment} />
  ) : (
    <ServedPicture attachment={attachment} size={room} />
  )
  return (
    <div
      className="media-frame"
      style={inGrid ? undefined : { inlineSize: room.width, aspectRatio: `${room.width} / ${room.height}` }}
    >
      {attachment.placeholder !== null && <Placeholder hash={attachment.placeholder} />}
      {uploadKey === undefined ? (
        <button
          type="button"
          className="media-open"
          aria-label={label}
          aria-haspopup="dialog"
          onClick={() => showImage(conversationId, id)}
        >
          {picture}
          {more > 0 && (
            <span className="absolute inset-0 grid place-items-center bg-[oklch(20%_0.02_226/0.55)] text-white text-[1.375rem] font-[650]">
              +{behind}
            </span>
          )}
        </button>
      ) : (
        <>
          {picture}
          <UploadOverlay uploadKey={uploadKey} clientMessageId={clientMessageId} name={name} />
        </>
      )}
    </div>
  )
}

/** Shows a sent picture from this device. If this browser cannot draw it, it shows the server's preview. */
function LocalPicture({ blob, attachment }: { blob: Blob; attachment: ShownAttachment }) {
  const source = useBlobSource(blob)
  const [broken, setBroken] = useState(false)
  if (broken)
    return attachment.uploadKey === undefined ? (
      <ServedPicture attachment={attachment} size={roomOf(attachment)} />
    ) : null
  return <img ref={source} alt="" className="media-picture" onError={() => setBroken(true)} />
}

function ServedPicture({ attachment, size }: { attachment: Attachment; size: { width: number; height: number } }) {
  const { id, width, height, hasThumbnail } = attachment
  const [state, setState] = useState<'loading' | 'there' | 'broken'>('loading')
  if (state === 'broken' || (!hasThumbnail && !isShownAsItIs(attachment))) {
    return (
      <span className="absolute inset-0 grid place-content-center justify-items-center gap-1.5 text-muted text-[0.8125rem]">
        <Icon icon={ImageOff} size={22} />
        <Trans>Not available</Trans>
      </span>
    )
  }
  const natural = { width: width ?? size.width, height: height ?? size.height }
  const variants = `${mediaUrl(id, 'thumbnail')} ${fitted(natural, LIMITS.thumbnailPixels).width}w, ${mediaUrl(id, 'preview')} ${fitted(natural, LIMITS.previewPixels).width}w`
  return (
    <img
      src={mediaUrl(id, hasThumbnail ? 'thumbnail' : 'original')}
      srcSet={hasThumbnail ? variants : undefined}
      sizes={`${size.width}px`}
      width={size.width}
      height={size.height}
      alt=""
      className="media-picture"
      data-loading={state === 'loading' || undefined}
      decoding="async"
      onLoad={() => setState('there')}
      onError={() => setState('broken')}
    />
  )
}
