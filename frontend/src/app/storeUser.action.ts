import type { User } from 'backend/contract'
import { useSession } from '../accounts/session.store.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { useUsers } from '../people/people.store.ts'

/** Stores the changed public data of a user wherever the page shows it. */
export function storeUser(user: User): void {
  useUsers.getState().put([user])
  useConversations.getState().userChanged(user)
  useSession.getState().userChanged(user)
}
