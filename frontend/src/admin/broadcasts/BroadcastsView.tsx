import { t } from '@lingui/core/macro'
import { Plus } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { useMediaQuery } from '../../ui/hooks/useMediaQuery.ts'
import { subscribeToBroadcasts, useBroadcasts } from './shared/broadcasts.store.ts'
import { Icon } from '../../ui/Icon.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { BroadcastList } from './list/BroadcastList.tsx'
import { BroadcastTabs } from './list/BroadcastTabs.tsx'
import { tabOf } from './shared/broadcastTabs.path.ts'
import { BroadcastDetail } from './detail/BroadcastDetail.tsx'

/** Shows all broadcasts, and one of them: beside the list from 1280 px on, otherwise as a screen of its own. */
export function BroadcastsView() {
  const { id } = useParams()
  const [parameters] = useSearchParams()
  const tab = tabOf(parameters.get('show'))
  const isWide = useMediaQuery('(width >= 80rem)')

  const list = useRef<HTMLElement>(null)
  const shown = useRef(id)

  // After a broadcast closes, its link in the list has the focus again.
  useEffect(() => {
    if (id === undefined && shown.current !== undefined)
      list.current?.querySelector<HTMLElement>(`[data-broadcast="${shown.current}"]`)?.focus()
    shown.current = id
  }, [id])

  useEffect(subscribeToBroadcasts, [])
  useEffect(() => {
    void useBroadcasts.getState().load(tab)
  }, [tab])

  if (id !== undefined && !isWide) return <BroadcastDetail key={id} id={id} tab={tab} />
  return (
    <>
      <AdminHeader title={t`Broadcasts`}>
        <Link to="/admin/broadcasts/new" className="btn btn-primary btn-sm">
          <Icon icon={Plus} size={18} />
          {t`New broadcast`}
        </Link>
      </AdminHeader>
      <div className="flex min-h-0 flex-1">
        <section ref={list} className="flex min-w-0 flex-1 flex-col" aria-label={t`All broadcasts`}>
          <BroadcastTabs tab={tab} />
          <BroadcastList tab={tab} openId={id} />
        </section>
        {id !== undefined && (
          <aside
            className="flex min-h-0 w-80 shrink-0 flex-col border-s border-line bg-base-100"
            aria-label={t`Broadcast`}
          >
            <BroadcastDetail key={id} id={id} tab={tab} aside />
          </aside>
        )}
      </div>
    </>
  )
}
