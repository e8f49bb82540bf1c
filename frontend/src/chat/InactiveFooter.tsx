import { t } from '@lingui/core/macro'
import type { AccountState } from 'backend/contract'
import { UserX } from 'lucide-react'
import { Icon } from '../ui/Icon.tsx'

/** Shows in place of the composer that the account of the other user is not active: a message would not be read. */
export function InactiveFooter({ state }: { state: AccountState }) {
  return (
    <div className="flex items-center justify-center gap-3 border-t border-line px-4 pt-3 pb-[calc(12px+env(safe-area-inset-bottom))] text-center text-sec text-muted">
      <Icon icon={UserX} size={16} className="max-md:hidden" />
      {state === 'deleted'
        ? t`This account was deleted. You can still read the conversation.`
        : t`This account is disabled. You can read the conversation, and write again when an admin enables the account.`}
    </div>
  )
}
