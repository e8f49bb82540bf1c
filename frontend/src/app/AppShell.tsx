import { Suspense, useEffect } from 'react'
import { Outlet, useLocation } from 'react-router'
import { useNotificationClicks } from '../notifications/useNotificationClicks.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { LightboxHost } from '../attachments/LightboxHost.tsx'
import { ProfileDialogs } from '../profiles/ProfileDialogs.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { BottomTabs } from './BottomTabs.tsx'
import { ConnectionStrip } from './ConnectionStrip.tsx'
import { MaintenanceStrip } from '../maintenance/MaintenanceStrip.tsx'
import { Rail } from './Rail.tsx'
import { PAGE_ID, UrgentBanner } from '../announcements/UrgentBanner.tsx'
import { useAttention } from './useAttention.ts'
import { useSearchKey } from './useSearchKey.ts'

/** What surrounds every page of someone signed in. */
export function AppShell() {
  const { pathname } = useLocation()
  useAttention(pageName(pathname))
  useSearchKey()
  useNotificationClicks()

  useEffect(() => {
    // Every page shows the counts. Later changes come over the connection.
    if (useConversations.getState().status === 'idle') void useConversations.getState().load()
  }, [])

  return (
    <div className="shell">
      <Rail />
      <div className="shell-strip">
        <UrgentBanner />
        <MaintenanceStrip />
        <ConnectionStrip />
      </div>
      <div className="shell-page" id={PAGE_ID} tabIndex={-1}>
        <Suspense fallback={<SkeletonRows label="Loading" />}>
          <Outlet />
        </Suspense>
      </div>
      {!withoutTabs(pathname) && <BottomTabs />}
      <ProfileDialogs />
      <LightboxHost />
    </div>
  )
}

/** Screens one step below a list have their own way back, and use the whole height of a phone. */
function withoutTabs(pathname: string): boolean {
  return pathname.startsWith('/c/') || pathname === '/announcements' || pathname.startsWith('/admin/broadcasts/')
}

function pageName(pathname: string): string | null {
  if (pathname.startsWith('/people')) return 'People'
  if (pathname.startsWith('/join')) return 'Join a group'
  if (pathname.startsWith('/settings')) return 'Settings'
  if (pathname.startsWith('/admin')) return 'Admin'
  return null
}
