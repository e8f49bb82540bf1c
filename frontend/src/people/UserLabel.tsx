import { t } from '@lingui/core/macro'
import type { User } from 'backend/contract'
import { ShieldCheck } from 'lucide-react'
import { Icon } from '../ui/Icon.tsx'
import type { Named } from './userName.format.ts'

interface UserLabelProps {
  user: Named & Partial<Pick<User, 'role'>>
  /** For the name where it stands alone, and for the box of name, username and badge. */
  className?: string
}

/**
 * Shows the full name of a user in a direction of its own. Beside it stand the username, when the full name looks like that of
 * another account, and the badge of an admin. The server refuses names with signs like the badge.
 */
export function UserLabel({ user, className }: UserLabelProps) {
  const { fullName, username, hasNamesake, role } = user
  const isAdmin = role === 'admin'
  if (hasNamesake !== true && !isAdmin) return <bdi className={className}>{fullName}</bdi>
  return (
    <span className={className}>
      <span className="inline-flex max-w-full items-center gap-1 align-bottom">
        <bdi className="min-w-0 truncate">{fullName}</bdi>
        {hasNamesake === true && (
          <span className="max-w-[60%] flex-none truncate font-normal text-muted">
            <bdi>@{username}</bdi>
          </span>
        )}
        {isAdmin && <AdminBadge />}
      </span>
    </span>
  )
}

/** Shows that an account is an admin's. The role comes from the account. */
function AdminBadge() {
  return (
    <span className="inline-flex flex-none text-primary" title={t`Admin`}>
      <Icon icon={ShieldCheck} size={14} />
      <span className="sr-only">{t`Admin`}</span>
    </span>
  )
}
