import {
  LIMITS,
  type Conversation,
  type ConversationId,
  type CreatedInvite,
  type GroupEvent,
  type GroupMember,
  type Message,
  type Problem,
  type UserId,
} from 'backend/contract'
import { useEffect, useState } from 'react'
import { create } from 'zustand'
import * as api from './group.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { useUsers } from '../people/people.store.ts'
import { usePresence } from '../people/presence.store.ts'
import { showPresence } from '../people/presence.watcher.ts'

export interface Members {
  members: GroupMember[]
  nextCursor: string | null
}

interface GroupsState {
  /** The first page of members of each group that was opened. */
  members: Readonly<Record<ConversationId, Members>>
  /** Invite links that this tab created. The server does not send their tokens again. */
  invites: Readonly<Record<ConversationId, CreatedInvite>>
}

export const useGroups = create<GroupsState>()(() => ({ members: {}, invites: {} }))

/** Forgets all members and invites, at the end of a session. */
export function forgetGroups(): void {
  useGroups.setState(useGroups.getInitialState(), true)
}

/** Stores the conversation that the server answers to a change of a group. Throws ApiProblem. */
export async function takeGroup(answer: Promise<Conversation>): Promise<Conversation> {
  return useConversations.getState().takeAnswer(answer, (conversation) => [conversation])
}

/** Stores a group's newest invite, whose token the server gives out once. Null removes it. */
export function rememberInvite(id: ConversationId, invite: CreatedInvite | null): void {
  useGroups.setState(({ invites }) => {
    const { [id]: _, ...others } = invites
    return { invites: invite ? { ...others, [id]: invite } : others }
  })
}

export interface MemberList {
  status: 'loading' | 'ready' | 'error'
  members: GroupMember[]
  problem: Problem | null
  hasMore: boolean
  loadMore(): Promise<void>
  retry(): void
}

interface Found extends Members {
  key: string
  problem: Problem | null
}

const SEARCH_DELAY_MS = 150

/** Returns the members whose name starts with `search`; all when it is empty. It fetches again when members or roles change. */
export function useMembers(id: ConversationId, search: string): MemberList {
  const wanted = search.trim()
  const [attempt, setAttempt] = useState(0)
  const first = useGroups((state) => (wanted === '' ? state.members[id] : undefined))
  const [found, setFound] = useState<Found | null>(null)
  const key = `${id} ${wanted}`
  const changedAt = useMessages((state) => state.timelines[id]?.messages.findLast(changesMembers)?.seq ?? 0)
  const asked = `${key} ${changedAt} ${attempt}`

  useEffect(() => {
    let current = true
    const timer = setTimeout(
      () => {
        fetchMembers(id, wanted).then(
          (page) => {
            if (current) setFound({ ...page, key, problem: null })
          },
          (error: unknown) => {
            if (current) setFound({ members: [], nextCursor: null, key, problem: asProblem(error) })
          },
        )
      },
      wanted === '' ? 0 : SEARCH_DELAY_MS,
    )
    return () => {
      current = false
      clearTimeout(timer)
    }
    // `asked` holds all that the request depends on.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [asked])

  const answered = found?.key === key ? found : null
  const shown = answered && !answered.problem ? answered : (first ?? answered ?? found)
  return {
    status: answered?.problem && !first ? 'error' : answered || first ? 'ready' : 'loading',
    members: shown?.members ?? [],
    problem: answered?.problem ?? null,
    hasMore: answered?.nextCursor !== null && answered !== null,
    retry: () => {
      setFound(null)
      setAttempt((count) => count + 1)
    },
    loadMore: async () => {
      if (!answered?.nextCursor) return
      const page = await api.listMembers(id, wanted, answered.nextCursor)
      useUsers.getState().put(page.items.map(({ user }) => user))
      setFound((now) =>
        now?.key === key ? { ...now, members: [...now.members, ...page.items], nextCursor: page.nextCursor } : now,
      )
    },
  }
}

const changesMembers = ({ event }: Message): boolean => event !== null && MEMBERSHIP.has(event.kind)

const MEMBERSHIP = new Set<GroupEvent['kind']>([
  'added',
  'removed',
  'left',
  'joinedByLink',
  'roleChanged',
  'transferred',
])

async function fetchMembers(id: ConversationId, search: string): Promise<Members> {
  const page = await api.listMembers(id, search)
  const members = { members: page.items, nextCursor: page.nextCursor }
  useUsers.getState().put(page.items.map(({ user }) => user))
  if (search === '') useGroups.setState((state) => ({ members: { ...state.members, [id]: members } }))
  return members
}

/** Returns how many members are online; null while not all members are known. */
export function useOnlineCount(id: ConversationId, memberCount: number): number | null {
  const known = useGroups((state) => state.members[id])
  const lacks = memberCount <= LIMITS.pageDefault && known?.members.length !== memberCount
  useEffect(() => {
    // A missing count is not worth an error message.
    if (lacks) void fetchMembers(id, '').catch(() => {})
  }, [id, lacks])
  const memberIds = known?.members.map(({ user }) => user.id).join(' ') ?? ''
  useEffect(() => (memberIds === '' ? undefined : showPresence(memberIds.split(' '))), [memberIds])
  const count = usePresence(({ online }) => known?.members.filter(({ user }) => online.has(user.id)).length ?? 0)
  return known && known.nextCursor === null ? count : null
}

/** Returns whether the user is a known member of the group; false also while the members are not loaded. */
export function isMemberOf(id: ConversationId, userId: UserId): boolean {
  return useGroups.getState().members[id]?.members.some(({ user }) => user.id === userId) ?? false
}
