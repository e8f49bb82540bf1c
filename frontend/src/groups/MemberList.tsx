import { plural, t } from '@lingui/core/macro'
import { LIMITS, type Conversation, type Group, type GroupMember, type Problem } from 'backend/contract'
import { useState } from 'react'
import { changeRole, removeMember, transferGroup } from './group.api.ts'
import { asProblem, errorText } from '../connection/problem.model.ts'
import { useSession } from '../accounts/session.store.ts'
import { useMembers } from './groups.store.ts'
import { ConfirmDialog } from '../ui/Dialog.tsx'
import { LoadMore } from '../ui/LoadMore.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { ErrorState } from '../ui/States.tsx'
import { showToast } from '../ui/toast.store.ts'
import type { MemberAction } from './member.actions.ts'
import { MemberRow } from './MemberRow.tsx'
import { isolate } from '../lib/isolate.ts'

/** A shorter list needs no search field. */
const SEARCH_FROM = 10

/** Lists a group's members, the owner first, then admins, then the others. It loads page by page and can be searched. */
export function MemberList({ conversation, group }: { conversation: Conversation; group: Group }) {
  const [search, setSearch] = useState('')
  const [asking, setAsking] = useState<{ action: 'transfer' | 'remove'; member: GroupMember } | null>(null)
  const [loadingMore, setLoadingMore] = useState(false)
  const ownId = useSession((state) => state.user?.id)
  const { memberCount } = group
  const found = useMembers(conversation.id, search)

  function act(action: MemberAction, member: GroupMember): void {
    if (action === 'transfer' || action === 'remove') setAsking({ action, member })
    else void change(changeRole(conversation.id, member.user.id, action === 'makeAdmin' ? 'admin' : 'member'))
  }

  return (
    <section aria-labelledby="members-title">
      <h3 id="members-title" className="flex min-h-8 items-center px-4 text-sec font-semibold">
        {plural(memberCount, { one: '# member', other: '# members' })}
      </h3>
      {memberCount >= SEARCH_FROM && (
        <div className="px-4 pb-2">
          <SearchField
            label={t`Search members`}
            placeholder={t`Search members`}
            maxLength={LIMITS.searchMax}
            value={search}
            onValue={setSearch}
          />
        </div>
      )}
      {found.status === 'loading' && found.members.length === 0 && (
        <SkeletonRows label={t`Loading the members`} rows={5} />
      )}
      {found.status === 'error' && found.problem && (
        <ErrorState title={t`Could not load the members`} problem={found.problem} onRetry={found.retry} />
      )}
      <ul className="px-1.5">
        {found.members.map((member) => (
          <li key={member.user.id}>
            <MemberRow member={member} ownRole={group.role} isSelf={member.user.id === ownId} onAction={act} />
          </li>
        ))}
      </ul>
      {found.status === 'ready' && found.members.length === 0 && (
        <p role="status" className="px-4 py-3 text-sec text-muted">
          {t`No members found.`}
        </p>
      )}
      <LoadMore
        hasMore={found.hasMore}
        loading={loadingMore}
        onMore={async () => {
          setLoadingMore(true)
          await found.loadMore().finally(() => setLoadingMore(false))
        }}
      />
      {asking && <AskFirst {...asking} conversation={conversation} onClose={() => setAsking(null)} />}
    </section>
  )
}

async function change(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    const reason = errorText(error)
    showToast(t`Not changed. ${reason}`, 'error')
  }
}

interface AskFirstProps {
  action: 'transfer' | 'remove'
  member: GroupMember
  conversation: Conversation
  onClose: () => void
}

function AskFirst({ action, member, conversation, onClose }: AskFirstProps) {
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const { id, fullName } = member.user
  const removes = action === 'remove'

  async function confirm(): Promise<void> {
    setPending(true)
    try {
      await (removes ? removeMember(conversation.id, id) : transferGroup(conversation.id, id))
      onClose()
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  return (
    <ConfirmDialog
      open
      danger={removes}
      title={
        removes ? t`Remove ${{ fullName: isolate(fullName) }}?` : t`Make ${{ fullName: isolate(fullName) }} the owner?`
      }
      confirmLabel={removes ? t`Remove` : t`Make the owner`}
      pending={pending}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      {removes
        ? t`They will no longer see the group and its messages. You can add them again.`
        : t`You become an admin. Only the new owner can make you the owner again.`}
    </ConfirmDialog>
  )
}
