import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
// Reads the drafts at the moment somebody signs in, so it must be there before, not only when the chat first loads.
import './store/drafts.store.ts'
import { goLive } from './store/live.ts'
import './styles/index.css'

goLive()

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
