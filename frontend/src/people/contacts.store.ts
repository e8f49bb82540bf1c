import type { Block, BlockChange, Contact, ContactChange, Page, Problem, UserId } from 'backend/contract'
import { useEffect } from 'react'
import { create } from 'zustand'
import * as api from './people.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { createEarlyEvents } from '../lib/earlyEvents.ts'
import { serverTime } from '../lib/serverClock.ts'
import { useUsers } from './people.store.ts'

interface ContactsState {
  status: 'idle' | 'loading' | 'ready' | 'error'
  problem: Problem | null
  /** Contacts and blocks by user id. The people store holds the users. */
  contacts: Readonly<Record<UserId, Pick<Contact, 'favourite' | 'since'>>>
  blocks: Readonly<Record<UserId, Pick<Block, 'since'>>>
  /** Fetches both lists, unless they are loaded. */
  load(): Promise<void>
  /** Fetches both lists again after a lost connection, which may have lost events. */
  resume(): void
  /** This function and the next three throw ApiProblem. */
  keep(userId: UserId, favourite?: boolean): Promise<void>
  drop(userId: UserId): Promise<void>
  block(userId: UserId): Promise<void>
  unblock(userId: UserId): Promise<void>
  contactChanged(change: ContactChange): void
  blockChanged(change: BlockChange): void
  forget(): void
}

/** The user's contacts and blocks: fetched when first needed, then updated by events. */
export const useContacts = create<ContactsState>()((set, get) => {
  /** Answers for a former user are dropped. */
  let generation = 0
  const earlyEvents = createEarlyEvents<() => void>()

  async function fetchAll(): Promise<void> {
    const mine = generation
    try {
      const answer = Promise.all([every(api.listContacts), every(api.listBlocks)])
      await earlyEvents.during(answer, ([contacts, blocks], early) => {
        if (mine !== generation) return
        useUsers.getState().put([...contacts, ...blocks].map(({ user }) => user))
        set({ status: 'ready', problem: null, contacts: byUser(contacts), blocks: byUser(blocks) })
        for (const repeat of early) repeat()
      })
    } catch (error) {
      // A loaded list stays on the screen.
      if (mine === generation && get().status !== 'ready') set({ status: 'error', problem: asProblem(error) })
    }
  }

  function applyContact({ userId, contact }: ContactChange): void {
    if (contact) useUsers.getState().put([contact.user])
    const { [userId]: _, ...others } = get().contacts
    set({ contacts: contact ? { ...others, [userId]: contact } : others })
  }

  function applyBlock({ userId, isBlocked }: BlockChange): void {
    const { [userId]: known, ...others } = get().blocks
    set({ blocks: isBlocked ? { ...others, [userId]: known ?? { since: serverTime() } } : others })
  }

  return {
    status: 'idle',
    problem: null,
    contacts: {},
    blocks: {},

    async load() {
      if (get().status === 'ready' || get().status === 'loading') return
      set({ status: 'loading', problem: null })
      await fetchAll()
    },

    resume() {
      if (get().status === 'error') void get().load()
      else if (get().status === 'ready') void fetchAll()
    },

    async keep(userId, favourite) {
      get().contactChanged({ userId, contact: await api.keepContact({ userId, favourite }) })
    },

    async drop(userId) {
      await api.dropContact(userId)
      get().contactChanged({ userId, contact: null })
    },

    async block(userId) {
      await api.block(userId)
      get().blockChanged({ userId, isBlocked: true })
    },

    async unblock(userId) {
      await api.unblock(userId)
      get().blockChanged({ userId, isBlocked: false })
    },

    contactChanged(change) {
      earlyEvents.note(() => applyContact(change))
      applyContact(change)
    },

    blockChanged(change) {
      earlyEvents.note(() => applyBlock(change))
      applyBlock(change)
    },

    forget() {
      generation += 1
      set({ status: 'idle', problem: null, contacts: {}, blocks: {} })
    },
  }
})

/** Returns whether the user has blocked this person; false until the list is loaded. */
export function useIsBlocked(userId: UserId | undefined): boolean {
  useEffect(() => void useContacts.getState().load(), [])
  return useContacts(({ blocks }) => userId !== undefined && userId in blocks)
}

/** Returns the contact, or undefined for a person who is none. */
export function useContact(userId: UserId): Pick<Contact, 'favourite' | 'since'> | undefined {
  useEffect(() => void useContacts.getState().load(), [])
  return useContacts(({ contacts }) => contacts[userId])
}

async function every<T>(list: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = []
  for (let cursor: string | undefined; ;) {
    const page: Page<T> = await list(cursor)
    all.push(...page.items)
    if (page.nextCursor === null) return all
    cursor = page.nextCursor
  }
}

const byUser = <T extends Contact | Block>(list: T[]): Record<UserId, T> =>
  Object.fromEntries(list.map((each) => [each.user.id, each]))
