import { LIMITS, type Problem, type User, type UserId } from 'backend/contract'
import { useEffect, useState } from 'react'
import { create } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { getUser, getUsers, searchUsers } from './people.api.ts'
import { asProblem } from '../connection/problem.model.ts'

interface PeopleState {
  byId: Record<UserId, User>
  put(users: User[]): void
}

export const usePeople = create<PeopleState>()((set) => ({
  byId: {},
  put: (users) =>
    set((state) => ({ byId: { ...state.byId, ...Object.fromEntries(users.map((user) => [user.id, user])) } })),
}))

const asked = new Set<UserId>()

/** A person by id; asks the server once when the page has not met them yet. */
export function usePerson(userId: UserId | undefined): User | undefined {
  const person = usePeople((state) => (userId === undefined ? undefined : state.byId[userId]))
  useEffect(() => {
    if (userId === undefined || person || asked.has(userId)) return
    ask(userId)
  }, [userId, person])
  return person
}

/** Several by their ids; those whom the page has not met are asked for together. */
export function usePersons(userIds: readonly UserId[]): Readonly<Record<UserId, User | undefined>> {
  const persons = usePeople(useShallow((state) => Object.fromEntries(userIds.map((id) => [id, state.byId[id]]))))
  useEffect(() => {
    for (const [id, person] of Object.entries(persons)) if (!person && !asked.has(id)) ask(id)
  }, [persons])
  return persons
}

let due: UserId[] = []

/** What is asked for in one go, as by the messages of a group that was opened, becomes one request. */
function ask(userId: UserId): void {
  asked.add(userId)
  if (due.push(userId) === 1) queueMicrotask(askForDue)
}

function askForDue(): void {
  const ids = due
  due = []
  for (let from = 0; from < ids.length; from += LIMITS.userIdsMax) {
    const some = ids.slice(from, from + LIMITS.userIdsMax)
    fetchPeople(some).then(met, () => some.forEach((id) => asked.delete(id)))
  }
}

/** Whom the server does not know stays asked for; who was met is asked for again when the next person has signed in. */
function met(people: User[]): void {
  for (const { id } of people) asked.delete(id)
  usePeople.getState().put(people)
}

async function fetchPeople(ids: UserId[]): Promise<User[]> {
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

/** People whose name begins with `search`; everybody when it is empty. The last search wins, whichever answer comes first. */
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
            usePeople.getState().put(page.items)
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
    // The former answer stays on screen while the next one is on its way, so that the list does not flicker.
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
          usePeople.getState().put(page.items)
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
