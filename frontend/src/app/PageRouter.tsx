import { useState, type ReactNode } from 'react'
import { UNSAFE_createBrowserHistory, unstable_HistoryRouter as HistoryRouter } from 'react-router'
import { belowOverlays } from '../lib/overlayHistory.ts'

/** Routes by the path of the page, as BrowserRouter does. Open overlays have entries of their own in the history, above the page's. */
export function PageRouter({ children }: { children: ReactNode }) {
  const [history] = useState(pageHistory)
  return <HistoryRouter history={history}>{children}</HistoryRouter>
}

function pageHistory(): ReturnType<typeof UNSAFE_createBrowserHistory> {
  const history = UNSAFE_createBrowserHistory({ v5Compat: true })
  const { push, replace } = history
  history.push = (to, state) => belowOverlays(() => push(to, state))
  history.replace = (to, state) => belowOverlays(() => replace(to, state))
  return history
}
