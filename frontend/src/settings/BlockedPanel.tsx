import { t } from '@lingui/core/macro'
import { useEffect } from 'react'
import { problemText } from '../lib/problemText.ts'
import { useContacts } from '../people/contacts.store.ts'
import { useUsersById } from '../people/people.store.ts'
import { endBlock } from '../people/contact.actions.ts'
import { compareNames } from '../lib/format.ts'
import { showProfile } from '../people/profileDialogs.store.ts'
import { Avatar } from '../people/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Bone, Skeleton } from '../ui/Skeleton.tsx'
import { ErrorLine } from '../ui/States.tsx'
import { UserLabel } from '../people/UserLabel.tsx'

/** Lists the people that the user has blocked. */
export function BlockedPanel() {
  const { status, problem, blocks, load } = useContacts()
  const usersById = useUsersById(Object.keys(blocks))
  useEffect(() => void load(), [load])
  const people = Object.values(usersById)
    .filter((user) => user !== undefined)
    .toSorted((a, b) => compareNames(a.fullName, b.fullName))

  return (
    <section className="panel p-5 max-md:p-4" aria-labelledby="settings-section">
      <p className="text-ui text-muted">
        {t`You do not receive their direct messages, and they are not told. Groups do not change.`}
      </p>
      {(status === 'idle' || status === 'loading') && (
        <Skeleton label={t`Loading blocked people`} className="mt-4">
          <Bone className="h-9 w-60" />
        </Skeleton>
      )}
      {status === 'error' && (
        <ErrorLine className="mt-3" onRetry={() => void load()}>
          {t`Could not load the list.`} {problem && problemText(problem)}
        </ErrorLine>
      )}
      {status === 'ready' && Object.keys(blocks).length === 0 && (
        <p className="mt-3 text-ui">{t`You have not blocked anyone.`}</p>
      )}
      <ul className="mt-3">
        {people.map((user) => (
          <li key={user.id} className="member-row -mx-2">
            <button type="button" className="member-face" onClick={() => showProfile(user.id)}>
              <Avatar user={user} size={36} />
              <span className="min-w-0">
                <UserLabel user={user} className="row-name block" />
                <span className="block truncate text-cap text-muted">
                  <bdi>@{user.username}</bdi>
                </span>
              </span>
            </button>
            <Button size="sm" aria-label={t`Unblock ${user.fullName}`} onClick={() => void endBlock(user)}>
              {t`Unblock`}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
