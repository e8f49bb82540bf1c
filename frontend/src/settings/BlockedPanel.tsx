import { useEffect } from 'react'
import { useContacts } from '../people/contacts.store.ts'
import { usePersons } from '../people/people.store.ts'
import { endBlock } from '../people/contact.actions.ts'
import { showProfile } from '../people/profileDialogs.store.ts'
import { Avatar } from '../people/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Bone, Skeleton } from '../ui/Skeleton.tsx'
import { ErrorLine } from '../ui/States.tsx'

/** Whose direct messages one does not get. */
export function BlockedPanel() {
  const { status, problem, blocks, load } = useContacts()
  const persons = usePersons(Object.keys(blocks))
  useEffect(() => void load(), [load])
  const people = Object.values(persons)
    .filter((person) => person !== undefined)
    .toSorted((a, b) => a.fullName.localeCompare(b.fullName))

  return (
    <section id="blocked" className="panel p-5 max-md:p-4" aria-labelledby="blocked-title">
      <h2 id="blocked-title" className="text-title font-[650] tracking-[-0.01em]">
        Blocked people
      </h2>
      <p className="mt-1 text-ui text-muted">
        Their direct messages do not reach you, and they cannot tell. In groups nothing is hidden.
      </p>
      {(status === 'idle' || status === 'loading') && (
        <Skeleton label="Loading whom you have blocked" className="mt-4">
          <Bone className="h-9 w-60" />
        </Skeleton>
      )}
      {status === 'error' && (
        <ErrorLine className="mt-3" onRetry={() => void load()}>
          Could not load the list. {problem?.detail}
        </ErrorLine>
      )}
      {status === 'ready' && Object.keys(blocks).length === 0 && <p className="mt-3 text-ui">Nobody.</p>}
      <ul className="mt-3">
        {people.map((person) => (
          <li key={person.id} className="member-row -mx-2">
            <button type="button" className="member-face" onClick={() => showProfile(person.id)}>
              <Avatar person={person} size={36} />
              <span className="min-w-0">
                <bdi className="row-name block">{person.fullName}</bdi>
                <span className="block truncate text-cap text-muted">
                  @<bdi>{person.username}</bdi>
                </span>
              </span>
            </button>
            <Button size="sm" aria-label={`Unblock ${person.fullName}`} onClick={() => void endBlock(person)}>
              Unblock
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
