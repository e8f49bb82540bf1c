import { goLive } from '../store/live.ts'

/** What everybody who is signed in needs, the socket too, as one piece to load; who is signed out does without. */
export { AppShell } from '../components/shell/AppShell.tsx'
export { ChatsPage } from './ChatsPage.tsx'

goLive()
