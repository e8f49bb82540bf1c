import { Trans } from '@lingui/react/macro'
import type { User } from 'backend/contract'
import { Ban } from 'lucide-react'
import { endBlock } from '../people/contact.actions.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'

/** Shows in place of the composer that the user blocked the other user, and lets them unblock. */
export function BlockedFooter({ user }: { user: User }) {
  const { fullName } = user
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-3 gap-y-2 border-t border-line px-4 pt-3 pb-[calc(12px+env(safe-area-inset-bottom))] text-center text-sec text-muted">
      <Icon icon={Ban} size={16} className="max-md:hidden" />
      <span>
        <Trans>
          You have blocked <bdi>{fullName}</bdi>. You do not receive their messages.
        </Trans>
      </span>
      <Button size="sm" onClick={() => void endBlock(user)}>
        <Trans>Unblock</Trans>
      </Button>
    </div>
  )
}
