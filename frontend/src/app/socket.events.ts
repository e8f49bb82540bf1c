import { LIMITS, type Message, type PendingBroadcast, type UserId } from 'backend/contract'
import { closeSocket, openSocket, socket } from '../connection/socket.client.ts'
import { watchActivity } from '../people/presence.reporter.ts'
import { keepAccessFresh, stopKeepingAccess } from '../connection/access.keeper.ts'
import { noteServerTime } from '../lib/serverClock.ts'
import { recoverMedia } from '../connection/media.recovery.ts'
import { useSession } from '../accounts/session.store.ts'
import { useConnection } from '../connection/connection.store.ts'
import { useContacts } from '../people/contacts.store.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { confirmDelivery, forgetDeliveryReceipts } from '../timeline/deliveryReceipts.sender.ts'
import { forgetGroups } from '../groups/groups.store.ts'
import { leaveConversation } from '../timeline/leaveConversation.action.ts'
import { useMaintenance } from '../maintenance/maintenance.store.ts'
import { useMessages } from '../timeline/messages.store.ts'
import {
  beginNotifying,
  correct,
  keepReminders,
  notify,
  notifyOfReminder,
  withdrawNotification,
} from '../notifications/messageNotifier.service.ts'
import { usePendingBroadcasts } from '../announcements/pendingBroadcasts.store.ts'
import { reloadUsers, useUsers } from '../people/people.store.ts'
import { storeUser } from './storeUser.action.ts'
import { usePresence } from '../people/presence.store.ts'
import { tellShown } from '../people/presence.watcher.ts'
import { forgetSync, sync } from './sync.service.ts'
import { forgetTyping, useTyping } from '../typing/typing.store.ts'
import { useUploads } from '../uploads/uploads.store.ts'
import { warnBeforeUnload } from '../uploads/unsavedUploads.guard.ts'

/** Connects the socket's events to the stores. Call it once; a user may already be signed in. */
export function startSocketEvents(): void {
  socket.on('connect', resume)
  socket.on('connect', tellShown)
  socket.on('disconnect', forgetTyping)
  socket.on('disconnect', () => usePresence.getState().forget())
  socket.on('newMessage', receive)
  socket.on('broadcastMessage', (message) => {
    receive(message)
    usePendingBroadcasts.getState().announced(message, true)
  })
  socket.on('messageChanged', (message) => {
    change(message)
    correct(message)
    usePendingBroadcasts.getState().announced(message, false)
  })
  socket.on('broadcastReminder', remind)
  socket.on('broadcastAcknowledged', (done) => usePendingBroadcasts.getState().done(done))
  // Events of another node were lost: not only those that sync brings.
  socket.on('catchUp', resume)
  socket.on('hello', ({ maintenance, accessSeconds, serverTime }) => {
    noteServerTime(serverTime)
    useMaintenance.setState({ message: maintenance })
    keepAccessFresh(accessSeconds)
  })
  socket.on('maintenanceChanged', (message) => useMaintenance.setState({ message }))
  socket.on('receiptMoved', (receipt) => useConversations.getState().applyReceipt(receipt))
  socket.on('unreadMarked', (mark) => useConversations.getState().applyUnreadMark(mark))
  socket.on('typing', (typing) => useTyping.getState().receive(typing))
  socket.on('conversationLeft', (left) => {
    leaveConversation(left)
    // The list may not have the conversation of a notification that was shown before a reload.
    withdrawNotification(left.conversationId)
  })
  socket.on('userChanged', storeUser)
  socket.on('ownUserChanged', (user) => useSession.getState().ownUserChanged(user))
  socket.on('contactChanged', (change) => useContacts.getState().contactChanged(change))
  socket.on('blockChanged', (change) => useContacts.getState().blockChanged(change))
  socket.on('presence', (states) => {
    const before = usePresence.getState().online
    usePresence.getState().learn(states)
    // The page was not told when they were last seen.
    const gone = states.offline.filter((id) => before.has(id) && useUsers.getState().byId[id])
    reloadUsers(gone.slice(0, LIMITS.userIdsMax))
  })
  socket.on('presenceChanged', (change) => {
    usePresence.getState().apply(change)
    useTyping.getState().removeUsers(change.offline)
  })
  socket.on('sessionEnded', (reason) => useSession.getState().ended(reason))

  usePendingBroadcasts.subscribe(({ items, isLoaded }, before) => {
    if (isLoaded && (items !== before.items || !before.isLoaded)) void keepReminders(new Set(items.map(({ id }) => id)))
  })
  useSession.subscribe(({ user }, before) => {
    if (user?.id === before.user?.id) {
      if (user?.hidesReadReceipts !== before.user?.hidesReadReceipts)
        void useConversations.getState().receiptsHidden(user?.hidesReadReceipts === true)
      return
    }
    leave()
    if (user) enter(user.id)
  })
  recoverMedia()
  const { user } = useSession.getState()
  if (user) enter(user.id)
}

/** Asks for everything that may have been missed. */
function resume(): void {
  void sync()
  useConversations.getState().resume()
  useMessages.getState().resume()
  useContacts.getState().resume()
  usePendingBroadcasts.getState().resume()
  void useSession.getState().resume()
}

function receive(message: Message): void {
  useMessages.getState().receive(message)
  useConversations.getState().receive(message, { isLive: true })
  const { conversationId, senderId } = message
  useTyping.getState().receive({ conversationId, userId: senderId, isTyping: false })
  confirmDelivery(message)
  notify(message)
}

function change(message: Message): void {
  useMessages.getState().receive(message)
  useConversations.getState().receive(message)
}

function remind(item: PendingBroadcast): void {
  usePendingBroadcasts.getState().reminded(item)
  notifyOfReminder(item)
}

let end: () => void = () => {}

function enter(userId: UserId): void {
  const ends = [watchActivity(), beginNotifying(userId), warnBeforeUnload()]
  end = () => ends.forEach((each) => each())
  void useMessages.getState().restore()
  usePendingBroadcasts.getState().restore()
  openSocket()
}

/** Forgets everything that the user saw, before another user signs in. */
function leave(): void {
  end()
  end = () => {}
  closeSocket()
  stopKeepingAccess()
  forgetSync()
  forgetDeliveryReceipts()
  forgetTyping()
  useConnection.setState(useConnection.getInitialState(), true)
  useConversations.getState().forget()
  useMessages.getState().forget()
  useUploads.getState().forget()
  forgetGroups()
  useContacts.getState().forget()
  usePendingBroadcasts.getState().forget()
  useMaintenance.setState(useMaintenance.getInitialState(), true)
  useUsers.setState(useUsers.getInitialState(), true)
  usePresence.setState(usePresence.getInitialState(), true)
}
