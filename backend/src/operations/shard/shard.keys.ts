/** How a sharded MongoDB spreads a collection over its shards. Any other collection stays on one shard. */
export interface ShardKey {
  collection: string
  key: Record<string, 1 | 'hashed'>
}

/**
 * The collections that grow with the number of messages. MongoDB keeps an index unique over shards only when it begins
 * with the shard key. docs/STORAGE.md gives the reason for each key.
 */
export const SHARD_KEYS: readonly ShardKey[] = [
  { collection: 'messages', key: { conversationId: 1 } },
  { collection: 'coldmessages', key: { conversationId: 1, seq: 1 } },
  { collection: 'conversations', key: { _id: 1 } },
  { collection: 'participants', key: { conversationId: 1, userId: 1 } },
  { collection: 'receipts', key: { conversationId: 1, userId: 1 } },
  { collection: 'recipients', key: { _id: 'hashed' } },
  { collection: 'attachments', key: { _id: 'hashed' } },
  { collection: 'blobs', key: { _id: 'hashed' } },
]
