import { Trans } from '@lingui/react/macro'
import { useSession } from '../accounts/session.store.ts'
import { InvitePeopleLink } from '../people/InvitePeopleLink.tsx'
import { PeopleSearch } from '../people/PeopleSearch.tsx'
import { useOpenDirect } from '../conversations/useOpenDirect.ts'

/** Shows the user's contacts and all users of the server. Choosing a person opens the conversation. */
export function PeoplePage() {
  const { open, openingId } = useOpenDirect()
  const isAdmin = useSession(({ user }) => user?.role === 'admin')
  return (
    <main className="pane grow">
      <header className="pane-header pane-header-line">
        <h1 className="pane-title">
          <Trans>People</Trans>
        </h1>
        {isAdmin && <InvitePeopleLink />}
      </header>
      <div className="flex min-h-0 grow flex-col md:p-5">
        <div className="panel flex min-h-0 w-full max-w-[1240px] grow flex-col overflow-hidden pt-3 max-md:rounded-none! max-md:shadow-none!">
          <PeopleSearch withContacts openingId={openingId} onChoose={open} />
        </div>
      </div>
    </main>
  )
}
