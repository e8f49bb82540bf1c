import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Attachment } from 'backend/contract'
import { ImageOff } from 'lucide-react'
import { useState } from 'react'
import { isShownAsItIs, mediaUrl } from './media.urls.ts'
import { Icon } from '../ui/Icon.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { Placeholder } from './Placeholder.tsx'
import type { ZoomControl } from './useZoom.ts'

/** Shows the preview of an image, and the original when it is enlarged. */
export function ZoomedImage({
  attachment,
  zoom: { zoom, frame, handlers },
  alt,
}: {
  attachment: Attachment
  zoom: ZoomControl
  alt: string
}) {
  const { id, width, height, placeholder, isAnimated } = attachment
  const [state, setState] = useState<'loading' | 'there' | 'broken'>('loading')
  const [close, setClose] = useState(false)
  if (zoom.scale > 1 && !close && !isAnimated && isShownAsItIs(attachment)) setClose(true)
  const { scale, x, y } = zoom
  return (
    <div ref={frame} className="lightbox-frame" data-zoomed={scale > 1 || undefined} {...handlers}>
      {state === 'broken' ? (
        <p className="grid justify-items-center gap-2">
          <Icon icon={ImageOff} size={28} />
          <Trans>This photo could not be loaded.</Trans>
        </p>
      ) : (
        <div
          className="lightbox-picture"
          style={{ transform: `translate(${x}px, ${y}px) scale(${scale})`, ...shapeOf(width ?? 3, height ?? 2) }}
        >
          {placeholder !== null && state === 'loading' && <Placeholder hash={placeholder} />}
          <img
            src={mediaUrl(id, 'preview')}
            alt={alt}
            draggable={false}
            onLoad={() => setState('there')}
            onError={() => setState('broken')}
          />
          {/* The preview stays visible below it until it is loaded. */}
          {close && <img src={mediaUrl(id, 'original')} alt="" draggable={false} />}
        </div>
      )}
      {state === 'loading' && (
        <span
          className="absolute inset-0 grid place-items-center pointer-events-none"
          role="status"
          aria-label={t`Loading the photo`}
        >
          <Spinner size={28} />
        </span>
      )}
    </div>
  )
}

/** Returns the size that the style sheet fits into the frame. */
const shapeOf = (width: number, height: number): object => ({
  aspectRatio: `${width} / ${height}`,
  '--ratio': width / height,
  '--natural': `${Math.max(width, 200)}px`,
})
