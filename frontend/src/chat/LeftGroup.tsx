import { Trans } from '@lingui/react/macro'
import type { LeaveReason } from 'backend/contract'
import { DoorOpen } from 'lucide-react'
import { Link } from 'react-router'
import { EmptyState } from '../ui/States.tsx'

/** In the place of a group that one is no longer in. */
export function LeftGroup({ reason, name }: { reason: LeaveReason; name: string }) {
  return (
    <EmptyState
      icon={DoorOpen}
      live
      title={TITLES[reason]}
      actions={
        <Link to="/" className="btn btn-quiet btn-sm">
          <Trans>Back to chats</Trans>
        </Link>
      }
    >
      {reason === 'ended' ? (
        <>
          <Trans>
            The last one left <bdi>{name}</bdi>, and its messages are gone.
          </Trans>
        </>
      ) : (
        <>
          <Trans>
            You no longer see what is said in <bdi>{name}</bdi>. Its admins can add you again.
          </Trans>
        </>
      )}
    </EmptyState>
  )
}

const TITLES: Record<LeaveReason, string> = {
  removed: 'You were removed from the group',
  left: 'You left the group',
  ended: 'The group has ended',
}
