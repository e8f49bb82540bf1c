import type { AuditEntry, User } from 'backend/contract'
import type { ReactNode } from 'react'
import { fullTime } from '../../lib/format.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { outcomeOf, auditActionLabel } from './audit.format.ts'

/** All that the log has of one action: who, what, to whom, when, from where, and what was asked for. */
export function AuditEntryDialog({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { at, actor, action, targetUser, targetId, detail, ip } = entry
  return (
    <Dialog open onClose={onClose} title={auditActionLabel(action)} size="facts">
      {/* Scrolls by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="scroll-pane px-4 pb-5" tabIndex={0} role="region" aria-label="Details">
        <dl className="facts">
          <Fact name="When">
            <time dateTime={at}>{fullTime(at)}</time>
          </Fact>
          <Fact name="By">{actor ? <Person person={actor} /> : 'Somebody at the server’s command line'}</Fact>
          {targetUser && (
            <Fact name="To">
              <Person person={targetUser} />
            </Fact>
          )}
          {!targetUser && targetId !== null && <Fact name="To">{targetId}</Fact>}
          <Fact name="From address">{ip}</Fact>
          <Fact name="Outcome">{outcomeOf(entry) ?? 'Done'}</Fact>
          <Fact name="Name in the log">{action}</Fact>
        </dl>
        {Object.keys(detail).length > 0 && (
          <>
            <h3 className="mt-3 mb-1.5 text-sec font-semibold">What was asked for</h3>
            <pre dir="ltr" className="rounded-lg bg-base-200 p-3 font-mono text-cap whitespace-pre-wrap wrap-anywhere">
              {JSON.stringify(detail, null, 2)}
            </pre>
          </>
        )}
      </div>
    </Dialog>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Person({ person: { fullName, username } }: { person: User }) {
  return (
    <>
      <bdi>{fullName}</bdi>{' '}
      <span className="text-muted">
        @<bdi>{username}</bdi>
      </span>
    </>
  )
}
