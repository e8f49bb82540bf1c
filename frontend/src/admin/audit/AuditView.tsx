import { t } from '@lingui/core/macro'
import { ADMIN_ACTIONS, COMMAND_LINE_ACTIONS, LIMITS, type AuditEntry } from 'backend/contract'
import { ScrollText } from 'lucide-react'
import { useState } from 'react'
import { compareNames } from '../../lib/format.ts'
import { auditCsvUrl, listAudit, listUsers } from '../shared/admin.api.ts'
import { useAdminPages } from '../shared/useAdminPages.ts'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/States.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { AdminFilters } from '../shared/AdminFilters.tsx'
import { Choice } from '../shared/Choice.tsx'
import { DownloadLink } from '../shared/DownloadLink.tsx'
import { AuditEntryDialog } from './AuditEntryDialog.tsx'
import { AuditRow } from './AuditRow.tsx'
import { auditActionLabel } from './audit.format.ts'

const SEARCH_DELAY_MS = 200

/** Lists what admins did, with a search, filters and an export as CSV. */
export function AuditView() {
  const [search, setSearch] = useState('')
  const [action, setAction] = useState('')
  const [actor, setActor] = useState('')
  const [shown, setShown] = useState<AuditEntry | null>(null)
  const q = search.trim()
  const filter = { q: q || undefined, action: action || undefined, actor: actor || undefined }
  const entries = useAdminPages(
    ['audit', q, action, actor],
    (cursor) => listAudit({ ...filter, cursor }),
    q === '' ? 0 : SEARCH_DELAY_MS,
  )
  // The choices of a filter. When they cannot be loaded, the search still finds people.
  const admins = useAdminPages(['admins'], (cursor) => listUsers({ role: 'admin', limit: LIMITS.pageMax, cursor }))

  return (
    <>
      <AdminHeader title={t`Audit log`}>
        <DownloadLink href={auditCsvUrl(filter)} label={t`Export CSV`} />
      </AdminHeader>
      <AdminBody label={t`Audit log`} width="wide">
        <div className="panel flex grow flex-col">
          <AdminFilters>
            <SearchField
              label={t`Search the audit log`}
              placeholder={t`Person, action or address`}
              maxLength={LIMITS.searchMax}
              value={search}
              onValue={setSearch}
            />
            <Choice quiet label={t`Action`} value={action} options={actionOptions()} onChange={setAction} />
            <Choice
              quiet
              label={t`Done by`}
              value={actor}
              options={[
                { value: '', label: t`All admins` },
                ...admins.items.map(({ id, fullName }) => ({ value: id, label: fullName })),
              ]}
              onChange={setActor}
            />
          </AdminFilters>
          {entries.problem && (
            <ErrorState title={t`Could not load the audit log`} problem={entries.problem} onRetry={entries.retry} />
          )}
          {entries.status === 'loading' && entries.items.length === 0 && (
            <SkeletonRows label={t`Loading the audit log`} />
          )}
          {entries.status === 'ready' && entries.items.length === 0 && (
            <EmptyState icon={ScrollText} live title={t`Nothing found`}>
              {t`Every change by an admin is kept here. No one can edit this log.`}
            </EmptyState>
          )}
          <ul
            className="divide-y divide-line"
            aria-label={t`What was done, newest first`}
            aria-busy={entries.status === 'loading'}
          >
            {entries.items.map((entry) => (
              <li key={entry.id}>
                <AuditRow entry={entry} onShow={setShown} />
              </li>
            ))}
          </ul>
          <LoadMore hasMore={entries.hasMore} loading={entries.loadingMore} onMore={entries.loadMore} />
        </div>
      </AdminBody>
      {shown && <AuditEntryDialog entry={shown} onClose={() => setShown(null)} />}
    </>
  )
}

const actionOptions = (): { value: string; label: string }[] => [
  { value: '', label: t`All actions` },
  ...[...Object.values(ADMIN_ACTIONS), ...COMMAND_LINE_ACTIONS]
    .map((value) => ({ value, label: auditActionLabel(value) }))
    .toSorted((one, other) => compareNames(one.label, other.label)),
]
