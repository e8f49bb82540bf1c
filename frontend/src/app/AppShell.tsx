import { t } from '@lingui/core/macro'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { Outlet, useLocation } from 'react-router'
import { useSession } from '../accounts/session.store.ts'
import { useNotificationClicks } from '../notifications/useNotificationClicks.ts'
import { conversationAt } from '../conversations/conversation.path.ts'
import { titleOf } from '../conversations/conversationName.format.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { LightboxHost } from '../attachments/LightboxHost.tsx'
import { ProfileDialogs } from '../profiles/ProfileDialogs.tsx'
import { SignOutDialog } from '../accounts/SignOutDialog.tsx'
import { isolate } from '../lib/isolate.ts'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { BottomTabs } from './BottomTabs.tsx'
import { ConnectionStrip } from './ConnectionStrip.tsx'
import { MaintenanceStrip } from '../maintenance/MaintenanceStrip.tsx'
import { Rail } from './Rail.tsx'
import { PAGE_ID, UrgentBanner } from '../announcements/UrgentBanner.tsx'
import { useAttention } from './useAttention.ts'
import { useHeldPaint } from './useHeldPaint.ts'
import { useHelpKey } from './useHelpKey.ts'
import { useKeyboardRoom } from './useKeyboardRoom.ts'
import { useSearchKey } from './useSearchKey.ts'

const ShortcutsDialog = lazy(() =>
  import('../settings/ShortcutsDialog.tsx').then((piece) => ({ default: piece.ShortcutsDialog })),
)

/** Surrounds every page of a signed-in user: navigation, banners and dialogs. */
export function AppShell() {
  const { pathname } = useLocation()
  const conversation = useConversations(({ byId }) => byId[conversationAt(pathname) ?? ''])
  const ownId = useSession(({ user }) => user?.id)
  useAttention(conversation ? isolate(titleOf(conversation, ownId)) : pageName(pathname))
  useSearchKey()
  useKeyboardRoom()
  const [showsHelp, setShowsHelp] = useState(false)
  useHelpKey(useCallback(() => setShowsHelp(true), []))
  useNotificationClicks()
  const isHeld = useHeldPaint()

  useEffect(() => {
    // Every page shows the unread counts. Later changes come by the socket.
    if (useConversations.getState().status === 'idle') void useConversations.getState().load()
  }, [])

  return (
    <div className={`shell ${isHeld ? 'opacity-0' : ''}`}>
      <Rail />
      <div className="row-start-1 min-w-0 md:col-start-2">
        <UrgentBanner />
        <MaintenanceStrip />
        <ConnectionStrip />
      </div>
      <div className="row-start-2 flex min-h-0 min-w-0 flex-col outline-none md:col-start-2" id={PAGE_ID} tabIndex={-1}>
        <Suspense fallback={<SkeletonRows label={t`Loading`} />}>
          <Outlet />
        </Suspense>
      </div>
      {!withoutTabs(pathname) && <BottomTabs />}
      <ProfileDialogs />
      <SignOutDialog />
      <LightboxHost />
      <Suspense fallback={null}>{showsHelp && <ShortcutsDialog onClose={() => setShowsHelp(false)} />}</Suspense>
    </div>
  )
}

/** Returns whether the page is one step below a list: it has its own way back and uses a phone's whole height. */
function withoutTabs(pathname: string): boolean {
  return pathname.startsWith('/c/') || pathname === '/announcements' || pathname.startsWith('/admin/broadcasts/')
}

function pageName(pathname: string): string | null {
  if (pathname.startsWith('/people')) return t`People`
  if (pathname.startsWith('/join')) return t`Join a group`
  if (pathname.startsWith('/settings')) return t`Settings`
  if (pathname.startsWith('/admin')) return t`Admin`
  return null
}
