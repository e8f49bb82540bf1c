import type { Message, PendingBroadcast, User } from 'backend/contract'
import { closeSocket, openSocket, socket } from '../lib/socket.ts'
import { watchActivity } from './activity.ts'
import { useAuth } from './auth.store.ts'
import { useConnection } from './connection.store.ts'
import { useContacts } from './contacts.ts'
import { useConversations } from './conversations.store.ts'
import { acknowledge, forgetDelivered } from './delivered.ts'
import { forgetGroups } from './groups.ts'
import { leaveConversation } from './leaving.ts'
import { useMaintenance } from './maintenance.ts'
import { useMessages } from './messages.store.ts'
import { beginNotifying, notify, notifyOfReminder } from './notifier.ts'
import { usePendingBroadcasts } from './pendingBroadcasts.ts'
import { usePeople } from './people.store.ts'
import { usePresence } from './presence.store.ts'
import { forgetSync, sync } from './sync.ts'
import { forgetTyping, useTyping } from './typing.store.ts'
import { useUploads } from './uploads.store.ts'
import { warnOnLeaving } from './warnOnLeaving.ts'

/** Joins the socket to the stores: the only place that knows both. Call it once; somebody may be signed in already. */
export function goLive(): void {
  socket.on('connect', () => {
    void sync()
    useConversations.getState().resume()
    useMessages.getState().resume()
    useContacts.getState().resume()
    usePendingBroadcasts.getState().resume()
    void useAuth.getState().resume()
  })
  socket.on('disconnect', forgetTyping)
  socket.on('newMessage', receive)
  socket.on('broadcastMessage', (message) => {
    receive(message)
    usePendingBroadcasts.getState().announced(message, true)
  })
  socket.on('messageChanged', (message) => {
    change(message)
    usePendingBroadcasts.getState().announced(message, false)
  })
  socket.on('broadcastReminder', remind)
  socket.on('broadcastAcknowledged', (done) => usePendingBroadcasts.getState().done(done))
  socket.on('catchUp', () => void sync())
  socket.on('hello', ({ maintenance }) => useMaintenance.setState({ message: maintenance }))
  socket.on('maintenanceChanged', (message) => useMaintenance.setState({ message }))
  socket.on('receiptMoved', (receipt) => useConversations.getState().applyReceipt(receipt))
  socket.on('unreadMarked', (mark) => useConversations.getState().applyUnreadMark(mark))
  socket.on('typing', (typing) => useTyping.getState().heard(typing))
  socket.on('conversationLeft', leaveConversation)
  socket.on('userChanged', personChanged)
  socket.on('ownUserChanged', (user) => useAuth.getState().ownUserChanged(user))
  socket.on('contactChanged', (change) => useContacts.getState().contactChanged(change))
  socket.on('blockChanged', (change) => useContacts.getState().blockChanged(change))
  socket.on('getOnlineUsers', (list) => usePresence.getState().replace(list))
  socket.on('presenceChanged', (change) => {
    usePresence.getState().apply(change)
    useTyping.getState().gone(change.offline)
  })
  socket.on('sessionEnded', (reason) => useAuth.getState().ended(reason))

  useAuth.subscribe(({ user }, before) => {
    if (user?.id === before.user?.id) {
      if (user?.hidesReadReceipts !== before.user?.hidesReadReceipts)
        void useConversations.getState().receiptsHidden(user?.hidesReadReceipts === true)
      return
    }
    leave()
    if (user) enter()
  })
  if (useAuth.getState().user) enter()
}

function receive(message: Message): void {
  change(message)
  const { conversationId, senderId } = message
  useTyping.getState().heard({ conversationId, userId: senderId, isTyping: false })
  acknowledge(message)
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

function personChanged(user: User): void {
  usePeople.getState().put([user])
  useConversations.getState().userChanged(user)
  useAuth.getState().userChanged(user)
}

let end: () => void = () => {}

function enter(): void {
  const ends = [watchActivity(), beginNotifying(), warnOnLeaving()]
  end = () => ends.forEach((each) => each())
  void useMessages.getState().restore()
  usePendingBroadcasts.getState().restore()
  openSocket()
}

/** What one person saw is gone before the next one signs in. */
function leave(): void {
  end()
  end = () => {}
  closeSocket()
  forgetSync()
  forgetDelivered()
  forgetTyping()
  useConnection.setState(useConnection.getInitialState(), true)
  useConversations.getState().forget()
  useMessages.getState().forget()
  useUploads.getState().forget()
  forgetGroups()
  useContacts.getState().forget()
  usePendingBroadcasts.getState().forget()
  useMaintenance.setState(useMaintenance.getInitialState(), true)
  usePeople.setState(usePeople.getInitialState(), true)
  usePresence.setState(usePresence.getInitialState(), true)
}
