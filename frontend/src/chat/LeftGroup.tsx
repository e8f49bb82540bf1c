import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { LeaveReason } from 'backend/contract'
import { DoorOpen } from 'lucide-react'
import { Link } from 'react-router'
import { EmptyState } from '../ui/States.tsx'

/** Shows in place of a group that the user is no longer a member of it, and why. */
export function LeftGroup({ reason, name }: { reason: LeaveReason; name: string }) {
  return (
    <EmptyState
      icon={DoorOpen}
      live
      title={i18n._(TITLES[reason])}
      actions={
        <Link to="/" className="btn btn-quiet btn-sm">
          <Trans>Back to chats</Trans>
        </Link>
      }
    >
      {reason === 'ended' ? (
        <Trans>
          The last member left <bdi>{name}</bdi>, so its messages were deleted.
        </Trans>
      ) : (
        <Trans>
          You no longer see new messages of <bdi>{name}</bdi>. Its admins can add you again.
        </Trans>
      )}
    </EmptyState>
  )
}

const TITLES: Record<LeaveReason, MessageDescriptor> = {
  removed: msg`You were removed from the group`,
  left: msg`You left the group`,
  ended: msg`The group has ended`,
}
