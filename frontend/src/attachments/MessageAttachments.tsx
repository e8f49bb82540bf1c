import { plural, t } from '@lingui/core/macro'
import type { ConversationId } from 'backend/contract'
import { mediaUrl } from './media.urls.ts'
import { useUploads } from '../uploads/uploads.store.ts'
import { AudioPlayer } from './AudioPlayer.tsx'
import { FileCard } from './FileCard.tsx'
import { ImageAttachment } from './ImageAttachment.tsx'
import type { ShownAttachment } from './shownAttachment.model.ts'
import { CancelUpload } from './UploadOverlay.tsx'
import { VideoAttachment } from './VideoAttachment.tsx'

interface MessageAttachmentsProps {
  attachments: readonly ShownAttachment[]
  conversationId: ConversationId
  clientMessageId: string
  /** Name of the sender, or “you”. */
  author: string
}

/** Pictures shown. A number on the last one counts the others. */
const CELLS_MAX = 4

/** Shows the files of a message: first the pictures together, then the other files. */
export function MessageAttachments({ attachments, conversationId, clientMessageId, author }: MessageAttachmentsProps) {
  const pictures = attachments.filter(isPicture)
  const others = attachments.filter((attachment) => !isPicture(attachment))
  const cells = pictures.slice(0, CELLS_MAX)
  const shared = { conversationId, clientMessageId, author }
  return (
    <>
      {cells.length === 1 && cells[0] && <ImageAttachment attachment={cells[0]} {...shared} />}
      {cells.length > 1 && (
        <div
          className="media-grid"
          data-count={cells.length}
          role="group"
          aria-label={plural(pictures.length, { one: '# photo', other: '# photos' })}
        >
          {cells.map((attachment, index) => (
            <ImageAttachment
              key={attachment.id}
              attachment={attachment}
              {...shared}
              inGrid
              more={index === CELLS_MAX - 1 ? pictures.length - CELLS_MAX : 0}
            />
          ))}
        </div>
      )}
      {others.map((attachment) => (
        <Other key={attachment.id} attachment={attachment} clientMessageId={clientMessageId} author={author} />
      ))}
    </>
  )
}

/** Returns whether a file is shown as a picture. One without a preview is only downloaded. */
export const isPicture = ({ kind, hasThumbnail, uploadKey }: ShownAttachment): boolean =>
  kind === 'image' && (hasThumbnail || uploadKey !== undefined)

function Other({
  attachment,
  clientMessageId,
  author,
}: {
  attachment: ShownAttachment
  clientMessageId: string
  author: string
}) {
  const { id, kind, isVoice, uploadKey, name, waveform, durationSeconds } = attachment
  const item = useUploads((state) => (uploadKey === undefined ? undefined : state.items[uploadKey]))
  if (kind === 'video')
    return <VideoAttachment attachment={attachment} clientMessageId={clientMessageId} author={author} />
  if (kind !== 'audio') return <FileCard attachment={attachment} clientMessageId={clientMessageId} />
  const onItsWay = uploadKey !== undefined && item?.state !== 'done'
  return (
    <AudioPlayer
      id={id}
      url={mediaUrl(id, 'original')}
      label={isVoice ? t`Voice message by ${author}` : name}
      name={isVoice ? null : name}
      waveform={waveform}
      durationSeconds={durationSeconds}
      {...(onItsWay && {
        button: (
          <CancelUpload
            uploadKey={uploadKey}
            clientMessageId={clientMessageId}
            name={isVoice ? null : name}
            item={item}
          />
        ),
      })}
    />
  )
}
