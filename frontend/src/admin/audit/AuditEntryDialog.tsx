import { t } from '@lingui/core/macro'
import type { AuditEntry, User } from 'backend/contract'
import type { ReactNode } from 'react'
import { fullTime } from '../../lib/format.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { outcomeOf, auditEntryLabel } from './audit.format.ts'

/** Shows an entry of the audit log in full. */
export function AuditEntryDialog({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { at, actor, action, targetUser, targetId, detail, ip } = entry
  return (
    <Dialog open onClose={onClose} title={auditEntryLabel(entry)} size="facts">
      {/* Focusable, so that the keyboard scrolls it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="scroll-pane px-4 pb-5" tabIndex={0} role="region" aria-label={t`Details`}>
        <dl className="grid gap-2.5 py-1">
          <Fact name={t`When`}>
            <time dateTime={at}>{fullTime(at)}</time>
          </Fact>
          <Fact name={t`By`}>{actor ? <UserName user={actor} /> : t`The server’s command line`}</Fact>
          {targetUser && (
            <Fact name={t`To`}>
              <UserName user={targetUser} />
            </Fact>
          )}
          {!targetUser && targetId !== null && <Fact name={t`To`}>{targetId}</Fact>}
          <Fact name={t`From address`}>{ip}</Fact>
          <Fact name={t`Outcome`}>{outcomeOf(entry) ?? t`Done`}</Fact>
          <Fact name={t`Name in the log`}>{action}</Fact>
        </dl>
        {Object.keys(detail).length > 0 && (
          <>
            <h3 className="mt-3 mb-1.5 text-sec font-semibold">{t`Request`}</h3>
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
      <dt className="text-cap text-muted">{name}</dt>
      <dd className="text-[0.875rem] wrap-anywhere">{children}</dd>
    </div>
  )
}

function UserName({ user: { fullName, username } }: { user: User }) {
  return (
    <>
      <bdi>{fullName}</bdi>{' '}
      <span className="text-muted">
        <bdi>@{username}</bdi>
      </span>
    </>
  )
}
