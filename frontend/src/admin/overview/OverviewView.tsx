import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Problem, ServerStats } from 'backend/contract'
import { Flag, WifiOff } from 'lucide-react'
import { Link } from 'react-router'
import { problemText } from '../../lib/problemText.ts'
import { count, fullTime, listTime } from '../../lib/format.ts'
import { useServerStats } from './useServerStats.ts'
import { useConnection } from '../../connection/connection.store.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Bone, Skeleton } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { InvitePeopleLink } from '../../people/InvitePeopleLink.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { Figures } from './Figures.tsx'
import { LineChart } from './LineChart.tsx'
import { bytes, milliseconds } from './measure.format.ts'

/** Shows the server's figures, and keeps them up to date. */
export function OverviewView() {
  const { stats, problem, retry } = useServerStats()
  const isOffline = useConnection(({ state }) => state === 'offline')
  return (
    <>
      <AdminHeader title={t`Overview`}>
        {/* A phone has room for one of the two. */}
        {stats && (
          <span className={stats.openReports === 0 ? 'max-md:hidden' : ''}>
            <OpenReports count={stats.openReports} />
          </span>
        )}
        <span className={stats?.openReports ? 'max-md:hidden' : ''}>
          <InvitePeopleLink />
        </span>
      </AdminHeader>
      {stats && (isOffline || problem) && (
        <Banner tone="warn" icon={WifiOff} action={{ label: t`Try again`, onPress: retry }}>
          {staleText(stats.now.at, isOffline ? null : problem)}
        </Banner>
      )}
      {!stats && problem && <ErrorState title={t`Could not load the figures`} problem={problem} onRetry={retry} />}
      {!stats && !problem && <Bones />}
      {stats && <Dashboard stats={stats} />}
    </>
  )
}

/** Says that the figures are old, and why: the problem, or null for no connection. */
function staleText(at: string, problem: Problem | null): string {
  const time = listTime(at)
  if (!problem) return t`These are the figures of ${time}. There is no connection.`
  const reason = problemText(problem)
  return t`These are the figures of ${time}. ${reason}`
}

function OpenReports({ count: open }: { count: number }) {
  return (
    <Link to="/admin/moderation" className={`btn btn-sm ${open > 0 ? 'btn-quiet' : 'btn-ghost'}`}>
      <Icon icon={Flag} size={18} className={open > 0 ? 'text-warn-ink' : ''} />
      {plural(open, { 0: 'No open reports', one: '# open report', other: '# open reports' })}
    </Link>
  )
}

function Dashboard({ stats }: { stats: ServerStats }) {
  const { history, now, version, startedAt } = stats
  const start = fullTime(startedAt)
  const samples = history.at(-1)?.at === now.at ? history : [...history, now]
  return (
    <AdminBody label={t`How the server is doing`} width="wide">
      <Figures stats={stats} />
      <div className="grid gap-4 lg:grid-cols-2">
        <LineChart title={t`People online`} samples={samples} lines={people()} format={count} />
        <LineChart title={t`Messages a minute`} samples={samples} lines={messages()} format={count} />
        <LineChart title={t`Delivery`} samples={samples} lines={delivery()} format={milliseconds} />
        <LineChart title={t`Memory`} samples={samples} lines={memory()} format={bytes} unit={1024 ** 2} />
      </div>
      <p className="px-1 text-cap text-muted">
        <Trans>
          Parley {version}, running since <time dateTime={startedAt}>{start}</time>.
        </Trans>
      </p>
    </AdminBody>
  )
}

const people = () => [{ label: t`People`, value: 'peopleOnline' }] as const
const messages = () => [{ label: t`Messages`, value: 'messagesPerMinute' }] as const
const delivery = () =>
  [
    { label: t`Half within`, value: 'deliveryP50' },
    { label: t`99% within`, value: 'deliveryP99' },
  ] as const
const memory = () => [{ label: t`Memory`, value: 'memoryBytes' }] as const

function Bones() {
  return (
    <Skeleton label={t`Loading the figures`} className="p-5 max-md:p-3">
      <div className="max-w-[1040px] space-y-4">
        <Bone className="h-[196px] rounded-xl!" />
        <div className="grid gap-4 lg:grid-cols-2">
          {['a', 'b', 'c', 'd'].map((key) => (
            <Bone key={key} className="h-[186px] rounded-xl!" />
          ))}
        </div>
      </div>
    </Skeleton>
  )
}
