import { Trans } from '@lingui/react/macro'
import { UserRoundPlus } from 'lucide-react'
import { Link } from 'react-router'
import { Icon } from '../ui/Icon.tsx'

/** Leads an admin to the invite links, from the places where admins look for people. */
export function InvitePeopleLink() {
  return (
    <Link to="/admin/sign-in" className="btn btn-quiet btn-sm">
      <Icon icon={UserRoundPlus} size={18} />
      <Trans>Invite people</Trans>
    </Link>
  )
}
