import { Trans } from '@lingui/react/macro'
import { ShieldCheck } from 'lucide-react'
import { Link } from 'react-router'
import { Icon } from '../ui/Icon.tsx'
import { useSession } from './session.store.ts'

/** Tells the user of the first account, after the sign-up and until the page is loaded again, that it is the admin's. */
export function FirstAdminNote() {
  const isFirstAdmin = useSession((state) => state.isFirstAdmin)
  if (!isFirstAdmin) return null
  return (
    <p
      role="status"
      className="mx-4 mt-4 flex gap-2 rounded-field bg-selected px-3 py-2.5 text-sec font-medium text-primary"
    >
      <Icon icon={ShieldCheck} size={16} className="mt-px" />
      <span>
        <Trans>
          You are the admin, because this is the first account.{' '}
          <Link to="/admin/sign-in" className="text-link">
            Decide who can sign up, and invite people
          </Link>
          .
        </Trans>
      </span>
    </p>
  )
}
