import { useUser } from '../people/people.store.ts'
import { MessageBubble, type MessageBubbleProps } from './MessageBubble.tsx'

/** Shows a message of a group. An own message is only marked as sent; its info says which members read it. */
export function GroupMessage(props: Omit<MessageBubbleProps, 'author' | 'peerDeliveredSeq' | 'peerReadSeq' | 'named'>) {
  const author = useUser(props.row.own ? undefined : props.row.senderId)
  return <MessageBubble {...props} author={author} peerDeliveredSeq={0} peerReadSeq={0} named />
}
