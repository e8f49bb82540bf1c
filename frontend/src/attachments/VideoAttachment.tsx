import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { useBlobSource } from '../ui/hooks/useBlobSource.ts'
import { clock } from '../uploads/file.format.ts'
import { mediaUrl } from './media.urls.ts'
import { videoPlays } from './playback.store.ts'
import { useUploads } from '../uploads/uploads.store.ts'
import { FileCard } from './FileCard.tsx'
import { Placeholder } from './Placeholder.tsx'
import { roomOf } from './media.size.ts'
import type { ShownAttachment } from './shownAttachment.model.ts'
import { UploadOverlay } from './UploadOverlay.tsx'

interface VideoAttachmentProps {
  attachment: ShownAttachment
  clientMessageId: string
  author: string
}

/** Plays a video with the browser's controls. A video that the browser cannot play is downloaded. */
export function VideoAttachment({ attachment, clientMessageId, author }: VideoAttachmentProps) {
  const { id, name, uploadKey, hasThumbnail, placeholder, durationSeconds } = attachment
  const [broken, setBroken] = useState(false)
  const local = useUploads(({ items }) => (uploadKey === undefined ? undefined : items[uploadKey]?.file))
  const room = roomOf(attachment)
  const duration = durationSeconds === null ? null : clock(durationSeconds)
  const label = duration === null ? t`Video by ${author}: ${name}` : t`Video by ${author}: ${name}, ${duration}`
  if (broken || (uploadKey !== undefined && !local))
    return (
      <FileCard
        attachment={attachment}
        clientMessageId={clientMessageId}
        note={broken && uploadKey === undefined ? t`Cannot be played here` : t`Video`}
      />
    )
  return (
    <div className="media-frame" style={{ inlineSize: room.width, aspectRatio: `${room.width} / ${room.height}` }}>
      {placeholder !== null && <Placeholder hash={placeholder} />}
      {local ? (
        <>
          <LocalVideo blob={local} onBroken={() => setBroken(true)} />
          {uploadKey !== undefined && (
            <UploadOverlay uploadKey={uploadKey} clientMessageId={clientMessageId} name={name} />
          )}
        </>
      ) : (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- users record no subtitles
        <video
          className="media-picture"
          controls
          playsInline
          preload={hasThumbnail ? 'none' : 'metadata'}
          poster={hasThumbnail ? mediaUrl(id, 'preview') : undefined}
          src={mediaUrl(id, 'original')}
          aria-label={label}
          onLoadedMetadata={({ currentTarget }) => setBroken(!hasPicture(currentTarget))}
          onPlay={({ currentTarget }) => videoPlays(currentTarget)}
          onError={() => setBroken(true)}
        />
      )}
    </div>
  )
}

function LocalVideo({ blob, onBroken }: { blob: Blob; onBroken: () => void }) {
  const source = useBlobSource(blob)
  return (
    <video
      ref={source}
      className="media-picture"
      muted
      playsInline
      preload="metadata"
      aria-hidden="true"
      tabIndex={-1}
      onLoadedMetadata={({ currentTarget }) => {
        if (!hasPicture(currentTarget)) onBroken()
      }}
      onError={onBroken}
    />
  )
}

/** Tells whether the browser can show a video. Of a codec that it does not know, such as HEVC, it plays the sound alone. */
function hasPicture({ videoWidth }: HTMLVideoElement): boolean {
  return videoWidth > 0
}
