import { t } from '@lingui/core/macro'
import { PICTURE_SIZES, type User } from 'backend/contract'
import type { LucideIcon } from 'lucide-react'
import { useState, type ComponentProps, type ReactNode } from 'react'
import { apiUrl } from '../lib/serverOrigin.ts'
import { Icon } from '../ui/Icon.tsx'
import { hueClass, initials } from './avatar.format.ts'

export type AvatarSize = 20 | 24 | 28 | 32 | 36 | 40 | 44 | 48 | 64 | 72 | 96

interface FaceProps extends ComponentProps<'span'> {
  size: AvatarSize
  /** Gives the hue or the colours. */
  className: string
  square?: boolean
}

/** Shows the empty circle of a person or the square of a room. */
export function Face({ size, square = false, className, ...rest }: FaceProps) {
  return (
    <span
      {...rest}
      className={`avatar avatar-${size} ${square ? 'rounded-[calc(var(--size)*0.24)]' : 'rounded-full'} ${className}`}
    />
  )
}

interface AvatarProps {
  user: Pick<User, 'id' | 'fullName'> & Partial<Pick<User, 'picture'>>
  /** px. */
  size?: AvatarSize
  /** Online and away show a dot with a text for screen readers. Set `--ring` to the background where it is not the surface. */
  presence?: 'online' | 'away' | 'offline' | 'unknown'
  className?: string
}

/** Shows a person as a circle with a picture, or with initials in one of eight hues. Hidden from screen readers: the name is beside it. */
export function Avatar({ user, size = 44, presence = 'unknown', className = '' }: AvatarProps) {
  return (
    <Face size={size} className={`${hueClass(user.id)} ${className}`}>
      <Picture hash={user.picture ?? null} size={size}>
        <span className="avatar-initials" aria-hidden="true">
          {initials(user.fullName)}
        </span>
      </Picture>
      {(presence === 'online' || presence === 'away') && <PresenceDot presence={presence} size={size} />}
    </Face>
  )
}

interface RoomAvatarProps {
  icon: LucideIcon
  /** Of a group: its letters take the place of the icon, so that groups differ. */
  name?: string
  size?: AvatarSize
  /** Chooses the hue. Without an id it is the petrol of Announcements. */
  id?: string
  /** The content hash of its picture. */
  picture?: string | null
  className?: string
}

/** Shows a group or Announcements as a square with a picture, letters or an icon. */
export function RoomAvatar({ icon, name = '', size = 44, id, picture = null, className = '' }: RoomAvatarProps) {
  const tone = id === undefined ? 'bg-(--p-brand) text-(--p-brand-ink)' : hueClass(id)
  return (
    <Face square size={size} className={`${tone} ${className}`}>
      <Picture hash={picture} size={size}>
        {name.trim() === '' ? (
          <Icon icon={icon} size={size > 60 ? 28 : size > 40 ? 22 : size > 30 ? 18 : size > 24 ? 16 : 12} />
        ) : (
          <span className="avatar-initials" aria-hidden="true">
            {initials(name)}
          </span>
        )}
      </Picture>
    </Face>
  )
}

/** Shows a picture in the size that fits the screen, or the children when there is none or it cannot be loaded. */
function Picture({ hash, size, children }: { hash: string | null; size: AvatarSize; children: ReactNode }) {
  const [failed, setFailed] = useState<string | null>(null)
  if (hash === null || failed === hash) return children
  const at = (pixels: number) => apiUrl(`/pictures/${hash}/${pixels}`)
  return (
    <img
      className="size-full rounded-[inherit] object-cover"
      src={at(64)}
      srcSet={PICTURE_SIZES.map((pixels) => `${at(pixels)} ${pixels}w`).join(', ')}
      sizes={`${size}px`}
      alt=""
      draggable={false}
      decoding="async"
      onError={() => setFailed(hash)}
    />
  )
}

/** Shows a dot at the corner of an avatar: green for online, hollow amber for away. */
function PresenceDot({ presence, size }: { presence: 'online' | 'away'; size: AvatarSize }) {
  const width = size <= 36 ? 'size-[11px] border-2' : 'size-[13px] border-[2.5px]'
  // The corner of a large avatar is beyond its circle.
  const place = size >= 72 ? 'end-[6%] bottom-[6%]' : '-end-px -bottom-px'
  const tone = presence === 'away' ? 'bg-(--ring) inset-ring-2 inset-ring-(--p-away)' : 'bg-online'
  return (
    <span className={`absolute rounded-full border-(--ring) ${width} ${place} ${tone}`}>
      <span className="sr-only">{presence === 'away' ? t`Away` : t`Online`}</span>
    </span>
  )
}
