import { ANNOUNCEMENTS_ID, type Message } from 'backend/contract'
import { closeSocket, openSocket, socket } from '../lib/socket.ts'
import { useAuth } from './auth.store.ts'
import { useConnection } from './connection.store.ts'
import { useConversations } from './conversations.store.ts'
import { useMessages } from './messages.store.ts'
import { usePeople } from './people.store.ts'
import { usePresence } from './presence.store.ts'
import { forgetTyping, useTyping } from './typing.store.ts'

/** Joins the socket to the stores: the only place that knows both. Call it once; somebody may be signed in already. */
export function goLive(): void {
  socket.on('connect', () => {
    void useConversations.getState().load()
    // Behind many newer conversations it is not on the first page, and its badge is always in sight.
    useConversations.getState().ensure(ANNOUNCEMENTS_ID).catch(() => {})
    useMessages.getState().resume()
  })
  socket.on('newMessage', receive)
  socket.on('broadcastMessage', receive)
  socket.on('receiptMoved', (receipt) => useConversations.getState().applyReceipt(receipt))
  socket.on('unreadMarked', (mark) => useConversations.getState().applyUnreadMark(mark))
  socket.on('typing', (typing) => useTyping.getState().heard(typing))
  socket.on('getOnlineUsers', (list) => usePresence.getState().replace(list))
  socket.on('presenceChanged', (change) => usePresence.getState().apply(change))
  socket.on('sessionEnded', (reason) => useAuth.getState().ended(reason))

  useAuth.subscribe(({ user }, before) => {
    if (user?.id === before.user?.id) return
    closeSocket()
    // What one person saw is gone before the next one signs in.
    forget()
    if (user) openSocket()
  })
  if (useAuth.getState().user) openSocket()
}

function receive(message: Message): void {
  useMessages.getState().receive(message)
  useConversations.getState().receive(message)
}

function forget(): void {
  useConnection.setState(useConnection.getInitialState(), true)
  useConversations.setState(useConversations.getInitialState(), true)
  useMessages.setState(useMessages.getInitialState(), true)
  usePeople.setState(usePeople.getInitialState(), true)
  usePresence.setState(usePresence.getInitialState(), true)
  forgetTyping()
}
