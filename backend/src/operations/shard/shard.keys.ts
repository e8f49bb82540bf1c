/** How a sharded MongoDB spreads a collection over its shards. What is not here stays whole, on one of them. */
export interface ShardKey {
  collection: string
  key: Record<string, 1 | 'hashed'>
}

/**
 * Those that grow with what people write. MongoDB keeps an index unique over shards only when it begins with the key; docs/STORAGE.md says why each
 * has the key that it has.
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
