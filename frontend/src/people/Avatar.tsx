import { t } from '@lingui/core/macro'
import { PICTURE_SIZES, type User } from 'backend/contract'
import type { LucideIcon } from 'lucide-react'
import { useState } from 'react'
import { apiUrl } from '../lib/serverOrigin.ts'
import { Icon } from '../ui/Icon.tsx'
import { hueClass, initials } from './avatar.format.ts'

export type AvatarSize = 20 | 24 | 28 | 32 | 36 | 40 | 44 | 48 | 64 | 72 | 96

interface AvatarProps {
  person: Pick<User, 'id' | 'fullName'> & Partial<Pick<User, 'picture'>>
  /** px. */
  size?: AvatarSize
  /** Online and away show a dot with a text for screen readers. Set `--ring` to the background where it is not the surface. */
  presence?: 'online' | 'away' | 'offline' | 'unknown'
  className?: string
}

/** Shows a person as a circle with a picture, or with initials in one of eight hues. Hidden from screen readers: the name is beside it. */
export function Avatar({ person, size = 44, presence = 'unknown', className = '' }: AvatarProps) {
  return (
    <span className={`avatar avatar-${size} ${hueClass(person.id)} ${className}`}>
      <Picture hash={person.picture ?? null} size={size}>
        <span aria-hidden="true">{initials(person.fullName)}</span>
      </Picture>
      {(presence === 'online' || presence === 'away') && <PresenceDot presence={presence} small={size <= 36} />}
    </span>
  )
}

interface RoomAvatarProps {
  icon: LucideIcon
  size?: AvatarSize
  /** Chooses the hue. Without an id it is the petrol of Announcements. */
  id?: string
  /** The content hash of its picture. */
  picture?: string | null
  className?: string
}

/** Shows a group or Announcements as a square with a picture or an icon. */
export function RoomAvatar({ icon, size = 44, id, picture = null, className = '' }: RoomAvatarProps) {
  const tone = id === undefined ? 'avatar-brand' : hueClass(id)
  return (
    <span className={`avatar avatar-room avatar-${size} ${tone} ${className}`}>
      <Picture hash={picture} size={size}>
        <Icon icon={icon} size={size > 60 ? 28 : size > 40 ? 22 : size > 30 ? 18 : size > 24 ? 16 : 12} />
      </Picture>
    </span>
  )
}

/** Shows a picture in the size that fits the screen, or the children when there is none or it cannot be loaded. */
function Picture({ hash, size, children }: { hash: string | null; size: AvatarSize; children: React.ReactNode }) {
  const [failed, setFailed] = useState<string | null>(null)
  if (hash === null || failed === hash) return children
  const at = (pixels: number) => apiUrl(`/pictures/${hash}/${pixels}`)
  return (
    <img
      className="avatar-picture"
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
function PresenceDot({ presence, small }: { presence: 'online' | 'away'; small: boolean }) {
  return (
    <span
      className={small ? 'presence-dot presence-dot-small' : 'presence-dot'}
      data-away={presence === 'away' || undefined}
    >
      <span className="sr-only">{presence === 'away' ? t`Away` : t`Online`}</span>
    </span>
  )
}
