import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { LIMITS } from 'backend/contract'
import { Image, ImageOff } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { fileSize, percent } from '../lib/format.ts'
import { useBlobSource } from '../ui/hooks/useBlobSource.ts'
import {
  middleCrop,
  movedCrop,
  pictureInSquare,
  zoomedCrop,
  ZOOM_MAX,
  type PictureCrop,
  type PictureSize,
} from './pictureCrop.model.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Refusal } from '../ui/Refusal.tsx'
import { EmptyState } from '../ui/States.tsx'

interface PictureCropperProps {
  /** The chosen file. This component finds out whether it is a picture. */
  file: File
  /** For `PUT /api/auth/me/picture` and `PUT /api/groups/:id/picture`, as the query `x`, `y`, `size`. */
  onCropped: (crop: PictureCrop) => void
  onCancel: () => void
  /** The picture of a user is round, that of a group square. */
  shape?: 'round' | 'square'
  /** The upload is in progress. */
  pending?: boolean
  /** Why the server refused the picture. */
  problem?: string | null
}

/** Chooses the visible square of a picture by dragging, pinching, the wheel, a slider or the keyboard. Show it in a Dialog, lazily. */
export function PictureCropper({
  file,
  onCropped,
  onCancel,
  shape = 'round',
  pending = false,
  problem = null,
}: PictureCropperProps) {
  const source = useBlobSource(file)
  const [picture, setPicture] = useState<PictureSize | null>(null)
  const [crop, setCrop] = useState<PictureCrop>({ x: 0, y: 0, size: 1 })
  const [broken, setBroken] = useState(false)
  const tooLarge = file.size > LIMITS.pictureMaxBytes
  const max = fileSize(LIMITS.pictureMaxBytes)

  if (broken || tooLarge) {
    return (
      <>
        <EmptyState icon={ImageOff} title={tooLarge ? t`This picture is too large` : t`This is not a picture`} live>
          {tooLarge
            ? t`A picture can have ${max}.`
            : t`The browser cannot show it. Choose a photo, such as a JPEG, PNG or WebP.`}
        </EmptyState>
        <Buttons>
          <Button size="sm" onClick={onCancel} data-autofocus>
            <Trans>Back</Trans>
          </Button>
        </Buttons>
      </>
    )
  }

  return (
    <div className="cropper" data-shape={shape}>
      <CropArea crop={crop} picture={picture} onCrop={setCrop}>
        <img
          ref={source}
          alt=""
          draggable={false}
          hidden={!picture}
          style={picture ? pictureInSquare(crop, picture) : undefined}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => {
            setPicture({ width, height })
            setCrop(middleCrop({ width, height }))
          }}
          onError={() => setBroken(true)}
        />
      </CropArea>
      <div className="cropper-zoom">
        <Icon icon={Image} size={16} />
        <input
          type="range"
          aria-label={t`Zoom`}
          min={1}
          max={ZOOM_MAX}
          step={0.01}
          value={1 / crop.size}
          aria-valuetext={percent(1 / crop.size)}
          onChange={({ target }) => picture && setCrop(zoomedCrop(crop, picture, Number(target.value)))}
        />
        <Icon icon={Image} size={22} />
        <span className="cropper-preview" role="img" aria-label={t`Preview`}>
          {picture && <img ref={source} alt="" style={pictureInSquare(crop, picture)} />}
        </span>
      </div>
      <Refusal className="mt-3">{problem}</Refusal>
      <Buttons>
        <Button variant="ghost" size="sm" onClick={onCancel}>
          <Trans>Cancel</Trans>
        </Button>
        <Button variant="primary" size="sm" pending={pending} onClick={() => picture && onCropped(crop)}>
          <Trans>Use picture</Trans>
        </Button>
      </Buttons>
    </div>
  )
}

function Buttons({ children }: { children: React.ReactNode }) {
  return <div className="mt-5 flex justify-end gap-2">{children}</div>
}

/** How far a press of an arrow key moves the square, as a fraction of its side; the long step is with Shift. */
const STEP = 0.02
const LONG_STEP = 0.1

interface CropAreaProps {
  crop: PictureCrop
  picture: PictureSize | null
  onCrop: (crop: PictureCrop) => void
  children: React.ReactNode
}

function CropArea({ crop, picture, onCrop, children }: CropAreaProps) {
  const square = useRef<HTMLDivElement>(null)
  const pointers = useRef(new Map<number, { x: number; y: number }>())

  function zoomBy(factor: number): void {
    if (picture) onCrop(zoomedCrop(crop, picture, factor / crop.size))
  }

  // React's own wheel listeners are passive, so the page would scroll too.
  useEffect(() => {
    const element = square.current
    const turned = (event: WheelEvent) => {
      event.preventDefault()
      zoomBy(Math.exp(-event.deltaY / 400))
    }
    element?.addEventListener('wheel', turned, { passive: false })
    return () => element?.removeEventListener('wheel', turned)
  })

  function onPointerMove(event: PointerEvent): void {
    const before = pointers.current.get(event.pointerId)
    if (!before || !picture || !square.current) return
    const now = { x: event.clientX, y: event.clientY }
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1]
    pointers.current.set(event.pointerId, now)
    if (other) {
      zoomBy(distance(now, other) / Math.max(1, distance(before, other)))
      return
    }
    const side = (crop.size * Math.min(picture.width, picture.height)) / square.current.clientWidth
    onCrop(
      movedCrop(
        crop,
        picture,
        ((before.x - now.x) * side) / picture.width,
        ((before.y - now.y) * side) / picture.height,
      ),
    )
  }

  const lift = ({ pointerId }: PointerEvent): void => void pointers.current.delete(pointerId)

  function onKeyDown(event: KeyboardEvent): void {
    const zoom = { '+': 1.1, '=': 1.1, '-': 1 / 1.1 }[event.key]
    const [dx, dy] = DIRECTIONS[event.key] ?? []
    if (!picture || (zoom === undefined && dx === undefined)) return
    event.preventDefault()
    const step = (event.shiftKey ? LONG_STEP : STEP) * crop.size
    if (zoom !== undefined) zoomBy(zoom)
    else onCrop(movedCrop(crop, picture, (dx ?? 0) * step, (dy ?? 0) * step))
  }

  return (
    // Its keys replace dragging; the slider beside it zooms.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      className="relative grid place-items-center aspect-4/3 overflow-hidden rounded-field bg-[oklch(22%_0.02_226)] cursor-grab touch-none active:cursor-grabbing focus-visible:-outline-offset-2"
      role="group"
      aria-label={t`Part of the picture that is shown. Arrow keys move it, plus and minus zoom.`}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      data-autofocus
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
      }}
      onPointerMove={onPointerMove}
      onPointerUp={lift}
      onPointerCancel={lift}
    >
      <div ref={square} className="cropper-square">
        {children}
      </div>
      <div className="cropper-mask" />
    </div>
  )
}

const DIRECTIONS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

const distance = (a: { x: number; y: number }, b: { x: number; y: number }): number => Math.hypot(a.x - b.x, a.y - b.y)
