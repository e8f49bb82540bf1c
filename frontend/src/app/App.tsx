import { t } from '@lingui/core/macro'
import { lazy, Suspense, useEffect, type ReactNode } from 'react'
import { Navigate, Outlet, Route, Routes, useLocation } from 'react-router'
import { ignoreComposedKeys } from '../lib/composedKeys.ts'
import { loadCatalogue } from '../locales/catalogue.loader.ts'
import { isPassing } from '../connection/problem.model.ts'
import { loadSignedInBundle } from './signedInBundle.loader.ts'
import { PageRouter } from './PageRouter.tsx'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Mark } from '../ui/Logo.tsx'
import { ErrorState } from '../ui/States.tsx'
import { Toasts } from '../ui/Toasts.tsx'
import { ReplacedPage } from '../accounts/ReplacedPage.tsx'
import { useSession } from '../accounts/session.store.ts'
import { closeOtherNotifications } from '../notifications/notification.registry.ts'

const LoginPage = lazy(() => import('../accounts/LoginPage.tsx').then((page) => ({ default: page.LoginPage })))
const SignupPage = lazy(() => import('../accounts/SignupPage.tsx').then((page) => ({ default: page.SignupPage })))
const ResetPage = lazy(() => import('../accounts/ResetPage.tsx').then((page) => ({ default: page.ResetPage })))
const AppShell = lazy(() => loadSignedInBundle().then((piece) => ({ default: piece.AppShell })))
const ChatsPage = lazy(() => loadSignedInBundle().then((piece) => ({ default: piece.ChatsPage })))
const PeoplePage = lazy(() => import('../profiles/PeoplePage.tsx').then((page) => ({ default: page.PeoplePage })))
const JoinGroupPage = lazy(() =>
  import('../groups/JoinGroupPage.tsx').then((page) => ({ default: page.JoinGroupPage })),
)
const SettingsPage = lazy(() => import('../settings/SettingsPage.tsx').then((page) => ({ default: page.SettingsPage })))
const AdminPage = lazy(async () => {
  const [page] = await Promise.all([import('../admin/AdminPage.tsx'), loadCatalogue('admin')])
  return { default: page.AdminPage }
})
const NotFoundPage = lazy(() => import('./NotFoundPage.tsx').then((page) => ({ default: page.NotFoundPage })))

/** Shows the page: its routes, and what lies above all of them. */
export function App() {
  useEffect(ignoreComposedKeys, [])
  return (
    <ErrorBoundary>
      <PageRouter>
        <Session>
          <Pages />
        </Session>
      </PageRouter>
      <Toasts />
    </ErrorBoundary>
  )
}

/** Maps each path of the page to its component. */
function Pages() {
  return (
    <Suspense fallback={<Starting />}>
      <Routes>
        <Route element={<SignedOutOnly />}>
          <Route path="/login" element={<LoginPage />} />
          <Route path="/signup" element={<SignupPage />} />
        </Route>
        {/* Also for a signed-in user: the link may be for another person at the same computer. */}
        <Route path="/reset/:token" element={<ResetPage />} />
        <Route element={<SignedInOnly />}>
          <Route element={<AppShell />}>
            {/* One element for the three paths, so that the list keeps its state when a conversation opens. */}
            <Route element={<ChatsPage />}>
              <Route index element={null} />
              <Route path="/c/:conversationId" element={null} />
              <Route path="/announcements" element={null} />
            </Route>
            <Route path="/people" element={<PeoplePage />} />
            <Route path="/join/:token" element={<JoinGroupPage />} />
            <Route path="/settings/:section?" element={<SettingsPage />} />
            <Route path="/admin/*" element={<AdminPage />} />
            <Route path="*" element={<NotFoundPage />} />
          </Route>
        </Route>
      </Routes>
    </Suspense>
  )
}

/** After how many seconds the page asks again when the server has not said. */
const RETRY_SECONDS = 5

/** Asks the server for the signed-in user, and shows the page when the answer is there. */
function Session({ children }: { children: ReactNode }) {
  const status = useSession((state) => state.status)
  const problem = useSession((state) => state.problem)
  const restore = useSession((state) => state.restore)

  useEffect(() => {
    // main.tsx has asked already; the answer may be here.
    if (useSession.getState().status === 'unknown') void restore()
  }, [restore])

  useEffect(() => {
    // The session may have ended while no page was open, which would have closed them.
    if (status === 'signedOut') void closeOtherNotifications(null)
  }, [status])

  // A busy server, or none: the page asks again by itself, as late as the server says.
  const retryMs = problem && isPassing(problem) ? (problem.retryAfter ?? RETRY_SECONDS) * 1000 : null
  useEffect(() => {
    if (status !== 'unknown' || retryMs === null) return undefined
    // Not all pages at the same moment.
    const timer = setInterval(() => void restore(), retryMs * (1 + Math.random() / 2))
    return () => clearInterval(timer)
  }, [status, retryMs, restore])

  if (status === 'replaced') return <ReplacedPage />
  if (status !== 'unknown') return children
  if (!problem) return <Starting />
  return (
    <main className="grid h-dvh">
      <ErrorState
        title={t`Could not reach Parley`}
        problem={problem}
        reassurance={t`Your drafts are safe on this device.`}
        onRetry={() => {
          useSession.setState({ problem: null })
          void restore()
        }}
      />
    </main>
  )
}

function Starting() {
  return (
    <div role="status" className="grid animate-appear-late h-dvh place-items-center">
      <Mark className="h-10" />
      <span className="sr-only">{t`Loading Parley`}</span>
    </div>
  )
}

/** Sends a signed-out visitor to the sign-in page, and remembers the path for after the sign-in. */
function SignedInOnly() {
  const signedIn = useSession((state) => state.status === 'signedIn')
  const { pathname, search, hash } = useLocation()
  return signedIn ? <Outlet /> : <Navigate to="/login" replace state={{ from: pathname + search + hash }} />
}

/** Sends a signed-in user to the path of before the sign-in. */
function SignedOutOnly() {
  const signedIn = useSession((state) => state.status === 'signedIn')
  const { state }: { state: unknown } = useLocation()
  return signedIn ? <Navigate to={from(state)} replace /> : <Outlet />
}

/** Returns the path in the history's state. Another origin's address, which `//` starts, would be an open redirect. */
function from(state: unknown): string {
  const path = typeof state === 'object' && state !== null && 'from' in state ? state.from : null
  return typeof path === 'string' && path.startsWith('/') && !path.startsWith('//') ? path : '/'
}
