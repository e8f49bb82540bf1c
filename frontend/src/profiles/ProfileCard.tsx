import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { User, UserId } from 'backend/contract'
import { Ban, EllipsisVertical, MessageSquare, Pencil, ShieldCheck } from 'lucide-react'
import { Link } from 'react-router'
import { useSession } from '../accounts/session.store.ts'
import { useIsBlocked } from '../people/contacts.store.ts'
import { useUser } from '../people/people.store.ts'
import { usePresenceOf } from '../people/usePresenceOf.ts'
import { PresenceLabel } from '../people/PresenceLabel.tsx'
import { useOpenDirect } from '../conversations/useOpenDirect.ts'
import { Avatar } from '../people/Avatar.tsx'
import { Folded } from '../ui/Folded.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Menu } from '../ui/Menu.tsx'
import { Bone, Skeleton } from '../ui/Skeleton.tsx'
import { endBlock } from '../people/contact.actions.ts'
import { UserItems } from '../people/UserItems.tsx'
import { closeProfile } from '../people/profileDialogs.store.ts'

/** Shows the profile of a user, with the actions for it. */
export function ProfileCard({ userId }: { userId: UserId }) {
  const user = useUser(userId)
  const ownId = useSession((state) => state.user?.id)
  return (
    <Dialog
      open
      onClose={closeProfile}
      title={t`Profile`}
      size="side"
      actions={user && user.id !== ownId && <MoreMenu user={user} />}
    >
      {user ? <Card user={user} isSelf={user.id === ownId} /> : <Bones />}
    </Dialog>
  )
}

function Card({ user, isSelf }: { user: User; isSelf: boolean }) {
  const presence = usePresenceOf(user.id)
  const blocked = useIsBlocked(user.id)
  return (
    // Scrolls by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll-pane px-4 pb-5" tabIndex={0} role="region" aria-label={t`Profile of ${user.fullName}`}>
      <div className="flex flex-col items-center pt-2 text-center">
        <Avatar user={user} size={96} presence={presence} />
        <h3 className="mt-3 text-title font-[650] wrap-anywhere">
          <bdi>{user.fullName}</bdi>
        </h3>
        <p className="text-sec text-muted">
          {user.username !== '' && (
            <>
              <bdi>@{user.username}</bdi>
            </>
          )}
          {user.role === 'admin' && (
            <span className="chip ms-2">
              <Icon icon={ShieldCheck} size={14} className="text-primary" />
              <Trans>Admin</Trans>
            </span>
          )}
        </p>
        {user.statusText !== '' && (
          <p dir="auto" className="mt-2 text-ui font-medium wrap-anywhere">
            {user.statusText}
          </p>
        )}
        <p className="mt-1 text-cap text-muted">
          <PresenceLabel user={user} />
        </p>
      </div>
      {blocked && (
        <div className="mt-4 flex items-center gap-3 rounded-field bg-warn-tint px-3 py-2.5 text-sec font-medium text-warn-ink">
          <Icon icon={Ban} size={16} />
          <span className="grow">
            <Trans>You have blocked this person.</Trans>
          </span>
          <button type="button" className="banner-action" onClick={() => void endBlock(user)}>
            <Trans>Unblock</Trans>
          </button>
        </div>
      )}
      <div className="mt-4 grid">
        {isSelf ? <EditLink /> : !blocked && !user.state && <MessageButton user={user} />}
      </div>
      {user.bio !== '' && (
        <section className="mt-5" aria-labelledby="profile-bio">
          <h4 id="profile-bio" className="flex min-h-8 items-center text-sec font-semibold">
            <Trans>About</Trans>
          </h4>
          <Folded text={user.bio}>
            <p dir="auto" className="keep-edge text-ui wrap-anywhere whitespace-pre-wrap">
              {user.bio}
            </p>
          </Folded>
        </section>
      )}
    </div>
  )
}

function MessageButton({ user }: { user: User }) {
  const { open, openingId } = useOpenDirect(closeProfile)
  return (
    <Button
      variant="primary"
      icon={MessageSquare}
      pending={openingId !== null}
      onClick={() => open(user)}
      data-autofocus
    >
      <Trans>Message</Trans>
    </Button>
  )
}

function EditLink() {
  return (
    <Link to="/settings/profile" className="btn btn-quiet" onClick={closeProfile} data-autofocus>
      <Icon icon={Pencil} size={18} />
      <Trans>Edit profile</Trans>
    </Link>
  )
}

function MoreMenu({ user }: { user: User }) {
  return (
    <Menu
      label={t`More`}
      buttonClass="icon-button"
      placement="top-full end-0 mt-1"
      face={<Icon icon={EllipsisVertical} />}
    >
      <UserItems user={user} isSelf={false} withoutProfile />
    </Menu>
  )
}

function Bones() {
  return (
    <Skeleton label={t`Loading the profile`} className="grid justify-items-center gap-3 pt-2">
      <Bone className="size-24 rounded-full!" />
      <Bone className="mt-3 h-4 w-40" />
    </Skeleton>
  )
}
