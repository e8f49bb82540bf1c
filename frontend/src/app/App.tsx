import { lazy, Suspense, useEffect, type ReactNode } from 'react'
import { BrowserRouter, Navigate, Outlet, Route, Routes, useLocation } from 'react-router'
import { loadCatalogue } from '../locales/catalogue.loader.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Mark } from '../ui/Logo.tsx'
import { ErrorState } from '../ui/States.tsx'
import { Toasts } from '../ui/Toasts.tsx'
import { useSession } from '../accounts/session.store.ts'

const signedInBundle = async () => (await Promise.all([import('./signedIn.bundle.ts'), loadCatalogue('chat')]))[0]

const LoginPage = lazy(() => import('../accounts/LoginPage.tsx').then((page) => ({ default: page.LoginPage })))
const SignupPage = lazy(() => import('../accounts/SignupPage.tsx').then((page) => ({ default: page.SignupPage })))
const ResetPage = lazy(() => import('../accounts/ResetPage.tsx').then((page) => ({ default: page.ResetPage })))
const AppShell = lazy(() => signedInBundle().then((piece) => ({ default: piece.AppShell })))
const ChatsPage = lazy(() => signedInBundle().then((piece) => ({ default: piece.ChatsPage })))
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

export function App() {
  return (
    <ErrorBoundary>
      <BrowserRouter>
        <Session>
          <Pages />
        </Session>
      </BrowserRouter>
      <Toasts />
    </ErrorBoundary>
  )
}

/** The URL table. */
function Pages() {
  return (
    <Suspense fallback={<Starting />}>
      <Routes>
        <Route element={<SignedOutOnly />}>
          <Route path="/login" element={<LoginPage />} />
          <Route path="/signup" element={<SignupPage />} />
        </Route>
        {/* For somebody signed in too: the link may be for them, or for somebody beside them. */}
        <Route path="/reset/:token" element={<ResetPage />} />
        <Route element={<SignedInOnly />}>
          <Route element={<AppShell />}>
            {/* One element for all three, so that the list stays as it is while conversations are opened. */}
            <Route element={<ChatsPage />}>
              <Route index element={null} />
              <Route path="/c/:conversationId" element={null} />
              <Route path="/announcements" element={null} />
            </Route>
            <Route path="/people" element={<PeoplePage />} />
            <Route path="/join/:token" element={<JoinGroupPage />} />
            <Route path="/settings" element={<SettingsPage />} />
            <Route path="/admin/*" element={<AdminPage />} />
            <Route path="*" element={<NotFoundPage />} />
          </Route>
        </Route>
      </Routes>
    </Suspense>
  )
}

/** Asks the server who this is before anything is shown. */
function Session({ children }: { children: ReactNode }) {
  const status = useSession((state) => state.status)
  const problem = useSession((state) => state.problem)
  const restore = useSession((state) => state.restore)

  useEffect(() => {
    // Most who come are signed in: their piece loads while the server is asked. Whoever opens the sign-in page is not.
    if (!/^\/(?:login$|signup$|reset\/)/.test(location.pathname)) void signedInBundle().catch(() => {})
    void restore()
  }, [restore])

  if (status !== 'unknown') return children
  if (!problem) return <Starting />
  return (
    <main className="grid h-dvh">
      <ErrorState
        title="Could not reach Parley"
        problem={problem}
        reassurance="Your drafts are safe on this device."
        onRetry={() => void restore()}
      />
    </main>
  )
}

function Starting() {
  return (
    <div role="status" className="appear-late grid h-dvh place-items-center">
      <Mark className="h-10" />
      <span className="sr-only">Loading Parley</span>
    </div>
  )
}

/** Everybody else comes back to where they were going once they have signed in. */
function SignedInOnly() {
  const signedIn = useSession((state) => state.status === 'signedIn')
  const { pathname, search, hash } = useLocation()
  return signedIn ? <Outlet /> : <Navigate to="/login" replace state={{ from: pathname + search + hash }} />
}

function SignedOutOnly() {
  const signedIn = useSession((state) => state.status === 'signedIn')
  const { state }: { state: unknown } = useLocation()
  return signedIn ? <Navigate to={from(state)} replace /> : <Outlet />
}

/** A path of this page, whatever the history's state holds. */
function from(state: unknown): string {
  const path = typeof state === 'object' && state !== null && 'from' in state ? state.from : null
  return typeof path === 'string' && path.startsWith('/') && !path.startsWith('//') ? path : '/'
}
