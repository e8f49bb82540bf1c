import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { isSignInPage, loadSignedInBundle } from './signedInBundle.loader.ts'
import { useSession } from '../accounts/session.store.ts'
import { loadCatalogue } from '../locales/catalogue.loader.ts'
import './styles/index.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
const isSupported = !('unsupported' in document.documentElement.dataset)
if (isSupported) {
  // The server answers, and the bundle of most visitors loads, while this page starts.
  void useSession.getState().restore()
  if (!isSignInPage()) void loadSignedInBundle().catch(() => {})
}
// Texts are read when they are shown, so the catalogue must be there first. A top-level await would keep the bundler from
// merging chunks into this one, which costs 5 KB on the first route.
// In a browser that is too old public/support.js shows a sentence instead.
if (isSupported)
  void loadCatalogue('start').then(() => {
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    )
  })
