import { startSocketEvents } from './socket.events.ts'

/** One chunk with all that every signed-in user needs, the socket included. The sign-in pages do not load it. */
export { AppShell } from './AppShell.tsx'
export { ChatsPage } from '../chat/ChatsPage.tsx'

startSocketEvents()
