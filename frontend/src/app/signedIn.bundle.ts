import { startSocketEvents } from './socket.events.ts'

/** What everybody who is signed in needs, the socket too, as one piece to load; who is signed out does without. */
export { AppShell } from './AppShell.tsx'
export { ChatsPage } from '../chat/ChatsPage.tsx'

startSocketEvents()
