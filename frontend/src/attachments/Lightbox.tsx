import { t } from '@lingui/core/macro'
import type { Attachment, ConversationId, Message } from 'backend/contract'
import { ChevronLeft, ChevronRight, X, ZoomIn, ZoomOut } from 'lucide-react'
import { useEffect, useLayoutEffect, useMemo, useRef, type KeyboardEvent } from 'react'
import { fileSize, fullTime, listTime } from '../lib/format.ts'
import { useSession } from '../accounts/session.store.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { useUsers } from '../people/people.store.ts'
import { useOverlay } from '../ui/hooks/useOverlay.ts'
import { IconButton } from '../ui/Button.tsx'
import { closeLightbox, showImage } from './lightbox.store.ts'
import { isPicture } from './MessageAttachments.tsx'
import { SaveLink } from './SaveLink.tsx'
import { useZoom, ZOOM_STEP } from './useZoom.ts'
import { ZoomedImage } from './ZoomedImage.tsx'

interface LightboxProps {
  conversationId: ConversationId
  /** Id of the shown image. */
  id: string
}

interface Shown {
  attachment: Attachment
  message: Message
}

/** Shows an image over the whole page. Arrow keys, buttons and swipes reach the other loaded images of the conversation. */
export function Lightbox({ conversationId, id }: LightboxProps) {
  const messages = useMessages((state) => state.timelines[conversationId]?.messages)
  const images = useMemo(() => imagesOf(messages ?? []), [messages])
  const at = images.findIndex(({ attachment }) => attachment.id === id)
  const shown = images[at]
  // The message was deleted, or the user left the conversation.
  useEffect(() => {
    if (!shown) closeLightbox()
  }, [shown])
  if (!shown) return null

  const go = (step: number): void => {
    const next = images[at + step]
    if (next) showImage(conversationId, next.attachment.id)
  }
  const number = at + 1
  const total = images.length
  return (
    <OpenLightbox
      shown={shown}
      place={t`${number} of ${total}`}
      previous={at > 0 ? () => go(-1) : null}
      next={at < images.length - 1 ? () => go(1) : null}
    />
  )
}

function imagesOf(messages: readonly Message[]): Shown[] {
  return messages
    .filter(({ deletedAt, hidden }) => deletedAt === null && !hidden)
    .flatMap((message) => message.attachments.filter(isPicture).map((attachment) => ({ attachment, message })))
}

interface OpenLightboxProps {
  shown: Shown
  place: string
  previous: (() => void) | null
  next: (() => void) | null
}

function OpenLightbox({ shown: { attachment, message }, place, previous, next }: OpenLightboxProps) {
  const { id, name, size } = attachment
  const dialog = useRef<HTMLDialogElement>(null)
  useOverlay(closeLightbox)
  const zoom = useZoom(id, { previous, next })
  const author = useUsers((state) => state.byId[message.senderId]?.fullName)
  const isOwn = useSession((state) => state.user?.id === message.senderId)
  const sender = isOwn ? t`You` : (author ?? t`Someone`)

  // A modal dialog keeps the focus inside and returns it when it closes.
  useLayoutEffect(() => {
    const element = dialog.current
    const opener = document.activeElement
    if (!element) return
    element.showModal()
    return () => {
      element.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    }
  }, [])

  useEffect(() => {
    const element = dialog.current
    element?.addEventListener('close', closeLightbox)
    return () => element?.removeEventListener('close', closeLightbox)
  }, [])

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const isRtl = document.documentElement.dir === 'rtl'
    const actions: Record<string, (() => void) | null> = {
      ArrowLeft: isRtl ? next : previous,
      ArrowRight: isRtl ? previous : next,
      '+': () => zoom.by(ZOOM_STEP),
      '=': () => zoom.by(ZOOM_STEP),
      '-': () => zoom.by(1 / ZOOM_STEP),
      '0': zoom.reset,
      Escape: closeLightbox,
    }
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of a picture viewer
    <dialog
      ref={dialog}
      className="lightbox"
      aria-label={isOwn ? t`Photo by you, ${place}` : t`Photo by ${sender}, ${place}`}
      onKeyDown={onKeyDown}
    >
      <header className="relative z-2 flex items-center gap-1 min-h-14 pt-[calc(4px_+_env(safe-area-inset-top))] pb-1 ps-4 pe-2 text-ui bg-[oklch(14%_0.01_226/0.85)] flex-none">
        <span className="min-w-0 grow">
          <bdi className="keep-edge block truncate font-semibold">{sender}</bdi>
          <span className="block truncate text-cap">
            <time dateTime={message.createdAt} title={fullTime(message.createdAt)}>
              {listTime(message.createdAt)}
            </time>{' '}
            · {place} · <bdi>{name}</bdi> · {fileSize(size)}
          </span>
        </span>
        <IconButton
          icon={ZoomOut}
          label={t`Zoom out`}
          className="max-sm:hidden"
          onClick={() => zoom.by(1 / ZOOM_STEP)}
        />
        <IconButton icon={ZoomIn} label={t`Zoom in`} className="max-sm:hidden" onClick={() => zoom.by(ZOOM_STEP)} />
        <SaveLink id={id} name={name} />
        <IconButton icon={X} label={t`Close`} onClick={closeLightbox} data-autofocus />
      </header>
      <ZoomedImage
        key={id}
        attachment={attachment}
        zoom={zoom}
        alt={isOwn ? t`Photo by you: ${name}` : t`Photo by ${sender}: ${name}`}
      />
      {previous && (
        <IconButton
          icon={ChevronLeft}
          label={t`Previous photo`}
          className="lightbox-arrow start-2 [&_svg]:rtl:-scale-x-100"
          onClick={previous}
        />
      )}
      {next && (
        <IconButton
          icon={ChevronRight}
          label={t`Next photo`}
          className="lightbox-arrow end-2 [&_svg]:rtl:-scale-x-100"
          onClick={next}
        />
      )}
      <p className="sr-only" aria-live="polite">
        {place}: {name}
      </p>
    </dialog>
  )
}
