import { usePerson } from '../people/people.store.ts'
import { MessageBubble, type MessageBubbleProps } from './MessageBubble.tsx'

/** A message of a group. Who has read it is asked for in its info: one's own are said to be sent, and no more. */
export function GroupMessage(props: Omit<MessageBubbleProps, 'author' | 'peerDeliveredSeq' | 'peerReadSeq' | 'named'>) {
  const author = usePerson(props.row.own ? undefined : props.row.senderId)
  return <MessageBubble {...props} author={author} peerDeliveredSeq={0} peerReadSeq={0} named />
}
