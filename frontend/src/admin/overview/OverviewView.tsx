import type { ServerStats } from 'backend/contract'
import { Flag, WifiOff } from 'lucide-react'
import { Link } from 'react-router'
import { count, fullTime, listTime } from '../../lib/format.ts'
import { useServerStats } from './useServerStats.ts'
import { useConnection } from '../../connection/connection.store.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Bone, Skeleton } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { Figures } from './Figures.tsx'
import { LineChart } from './LineChart.tsx'
import { bytes, milliseconds } from './measure.format.ts'

/** How the server is doing, as it changes. */
export function OverviewView() {
  const { stats, problem, retry } = useServerStats()
  const isOffline = useConnection(({ state }) => state === 'offline')
  return (
    <>
      <AdminHeader title="Overview">{stats && <OpenReports count={stats.openReports} />}</AdminHeader>
      {stats && (isOffline || problem) && (
        <Banner tone="warn" icon={WifiOff} action={{ label: 'Try again', onPress: retry }}>
          These are the figures of {listTime(stats.now.at)}. {isOffline ? 'There is no connection.' : problem?.detail}
        </Banner>
      )}
      {!stats && problem && <ErrorState title="Could not load the figures" problem={problem} onRetry={retry} />}
      {!stats && !problem && <Bones />}
      {stats && <Dashboard stats={stats} />}
    </>
  )
}

function OpenReports({ count: open }: { count: number }) {
  return (
    <Link to="/admin/moderation" className={`btn btn-sm ${open > 0 ? 'btn-quiet' : 'btn-ghost'}`}>
      <Icon icon={Flag} size={18} className={open > 0 ? 'text-warn-ink' : ''} />
      {open === 0 ? 'No open reports' : open === 1 ? '1 open report' : `${count(open)} open reports`}
    </Link>
  )
}

function Dashboard({ stats }: { stats: ServerStats }) {
  const { history, now, version, startedAt } = stats
  const samples = history.at(-1)?.at === now.at ? history : [...history, now]
  return (
    <AdminBody label="How the server is doing" width="wide">
      <Figures stats={stats} />
      <div className="grid gap-4 lg:grid-cols-2">
        <LineChart title="People online" samples={samples} lines={PEOPLE} format={count} />
        <LineChart title="Messages a minute" samples={samples} lines={MESSAGES} format={count} />
        <LineChart title="Delivery" samples={samples} lines={DELIVERY} format={milliseconds} />
        <LineChart title="Memory" samples={samples} lines={MEMORY} format={bytes} unit={1024 ** 2} />
      </div>
      <p className="px-1 text-cap text-muted">
        Parley {version}, running since{' '}
        <time dateTime={startedAt} title={fullTime(startedAt)}>
          {fullTime(startedAt)}
        </time>
        .
      </p>
    </AdminBody>
  )
}

const PEOPLE = [{ label: 'People', value: 'peopleOnline' }] as const
const MESSAGES = [{ label: 'Messages', value: 'messagesPerMinute' }] as const
const DELIVERY = [
  { label: 'Half within', value: 'deliveryP50' },
  { label: '99% within', value: 'deliveryP99' },
] as const
const MEMORY = [{ label: 'Memory', value: 'memoryBytes' }] as const

function Bones() {
  return (
    <Skeleton label="Loading the figures" className="p-5 max-md:p-3">
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
