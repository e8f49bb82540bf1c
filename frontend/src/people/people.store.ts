import { LIMITS, type Problem, type User, type UserId } from 'backend/contract'
import { useEffect, useState } from 'react'
import { create } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { getUser, getUsers, searchUsers } from './people.api.ts'
import { createDataLoader } from '../lib/dataLoader.ts'
import { asProblem } from '../connection/problem.model.ts'

interface UsersState {
  byId: Record<UserId, User>
  put(users: User[]): void
}

export const useUsers = create<UsersState>()((set) => ({
  byId: {},
  put: (users) =>
    set((state) => ({ byId: { ...state.byId, ...Object.fromEntries(users.map((user) => [user.id, user])) } })),
}))

const loader = createDataLoader<UserId, User[]>({
  batchMax: LIMITS.userIdsMax,
  fetch: fetchUsers,
  loaded(people) {
    // An id that the server does not know stays requested. A known one is requested again after the next sign-in.
    loader.release(people.map(({ id }) => id))
    useUsers.getState().put(people)
  },
  failed: (ids) => loader.release(ids),
})

/** Asks the server again for users that the page holds: their changes may have been missed. */
export function reloadUsers(ids: readonly UserId[] = Object.keys(useUsers.getState().byId)): void {
  for (const id of ids) loader.request(id)
}

/** Returns a user by id, and asks the server for one that the page does not know. */
export function useUser(userId: UserId | undefined): User | undefined {
  const user = useUsers((state) => (userId === undefined ? undefined : state.byId[userId]))
  useEffect(() => {
    if (userId !== undefined && !user) loader.request(userId)
  }, [userId, user])
  return user
}

/** Returns several users by their ids, and asks the server for those that the page does not know, in one request. */
export function useUsersById(userIds: readonly UserId[]): Readonly<Record<UserId, User | undefined>> {
  const usersById = useUsers(useShallow((state) => Object.fromEntries(userIds.map((id) => [id, state.byId[id]]))))
  useEffect(() => {
    for (const [id, user] of Object.entries(usersById)) if (!user) loader.request(id)
  }, [usersById])
  return usersById
}

async function fetchUsers(ids: UserId[]): Promise<User[]> {
  const [only] = ids
  return ids.length === 1 && only !== undefined ? [await getUser(only)] : (await getUsers(ids)).items
}

const SEARCH_DELAY_MS = 150

export interface PeopleSearchState {
  status: 'loading' | 'ready' | 'error'
  people: User[]
  problem: Problem | null
  hasMore: boolean
  loadMore(): void
  retry(): void
}

interface Found {
  search: string
  attempt: number
  people: User[]
  nextCursor: string | null
  problem: Problem | null
}

/** Returns the people whose name starts with `search`; all when it is empty. Answers to older searches are dropped. */
export function usePeopleSearch(search: string): PeopleSearchState {
  const [found, setFound] = useState<Found | null>(null)
  const [attempt, setAttempt] = useState(0)
  const wanted = search.trim()

  useEffect(() => {
    let current = true
    const timer = setTimeout(
      () => {
        searchUsers(wanted).then(
          (page) => {
            useUsers.getState().put(page.items)
            if (current)
              setFound({ search: wanted, attempt, people: page.items, nextCursor: page.nextCursor, problem: null })
          },
          (error: unknown) => {
            if (current) setFound({ search: wanted, attempt, people: [], nextCursor: null, problem: asProblem(error) })
          },
        )
      },
      wanted === '' ? 0 : SEARCH_DELAY_MS,
    )
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [wanted, attempt])

  const answered = found?.search === wanted && found.attempt === attempt
  return {
    status: !answered ? 'loading' : found.problem ? 'error' : 'ready',
    // The former answer stays on the screen until the next one arrives, so that the list does not flicker.
    people: found?.people ?? [],
    problem: answered ? found.problem : null,
    hasMore: answered && found.nextCursor !== null,
    retry: () => setAttempt((count) => count + 1),
    loadMore: () => {
      if (!answered || found.nextCursor === null) return
      const cursor = found.nextCursor
      setFound({ ...found, nextCursor: null })
      searchUsers(wanted, cursor).then(
        (page) => {
          useUsers.getState().put(page.items)
          setFound((now) =>
            now?.search === wanted
              ? { ...now, people: [...now.people, ...page.items], nextCursor: page.nextCursor }
              : now,
          )
        },
        () => setFound((now) => (now?.search === wanted ? { ...now, nextCursor: cursor } : now)),
      )
    },
  }
}
