import type { ConversationId, Message, MessagePage } from 'backend/contract'
import * as api from './message.api.ts'
import { socket } from '../connection/socket.client.ts'
import { lacksChanges, withChanges, withPage, type Timeline } from './timeline.model.ts'

/** Events may arrive slightly out of order: wait this long for the missing ones before asking the server. */
const GRACE_MS = 150
const PAUSE_MAX_MS = 30_000
/** A client that misses more pages of changes than this loads the newest page of messages instead. */
const CHANGES_PAGES_MAX = 3

interface Timelines {
  timelineOf(id: ConversationId): Timeline
  update(id: ConversationId, timeline: Timeline): void
  /** Called when the newest page replaced the timeline, so that a page being loaded no longer fits. */
  replaced(id: ConversationId): void
  /** Called when the conversation list missed changes too. */
  missed(messages: Message[]): void
}

/** All changes between a rev of the timeline and `rev`. A missing rev is not visible to this user. */
interface Changes {
  items: Message[]
  rev: number
}

/** Fetches the changes that timelines missed. */
export function createCatchUp({ timelineOf, update, replaced, missed }: Timelines) {
  /** Conversations that are catching up, and whether another change was missed meanwhile. */
  let working = new Map<ConversationId, boolean>()
  const timers = new Map<ConversationId, ReturnType<typeof setTimeout>>()

  async function work(id: ConversationId, mine: typeof working): Promise<void> {
    for (let round = 0; ; round += 1) {
      mine.set(id, false)
      try {
        const changes = await changesSince(id, timelineOf(id).rev)
        if (mine !== working) return
        if (changes) takeIn(id, changes)
        if (changes === null) takePage(id, await api.listMessages(id), mine)
        if (mine !== working || (!mine.get(id) && !lacksChanges(timelineOf(id)))) return
      } catch {
        // The next connection starts with a sync.
        if (!socket.connected) return
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(GRACE_MS * 2 ** round, PAUSE_MAX_MS)))
      if (mine !== working) return
    }
  }

  function takePage(id: ConversationId, page: MessagePage, mine: typeof working): void {
    if (mine !== working) return
    const before = timelineOf(id)
    const next = withPage(before, page)
    if (next === before) return
    replaced(id)
    update(id, next)
    missed(page.items.slice(-1))
  }

  function takeIn(id: ConversationId, { items, rev }: Changes): void {
    const timeline = timelineOf(id)
    if (timeline.status !== 'ready') return
    const next = withChanges(timeline, items, rev)
    if (next) update(id, next)
    else void reload(id)
    missed(items)
  }

  async function reload(id: ConversationId): Promise<void> {
    const mine = working
    try {
      takePage(id, await api.listMessages(id), mine)
    } catch {
      if (socket.connected) begin(id)
    }
  }

  function begin(id: ConversationId): void {
    const mine = working
    const isWorking = mine.has(id)
    mine.set(id, true)
    if (isWorking) return
    void work(id, mine).finally(() => mine.delete(id))
  }

  return {
    /** Fetches all changes after the timeline's rev, at once. */
    begin,
    takeIn,
    /** Replaces the timeline by the newest page. */
    reload,

    /** Checks the timeline after a live event. Missing changes are fetched unless they arrive soon. */
    lookAt(id: ConversationId): void {
      if (!lacksChanges(timelineOf(id)) || timers.has(id)) return
      const check = () => {
        timers.delete(id)
        if (lacksChanges(timelineOf(id))) begin(id)
      }
      timers.set(id, setTimeout(check, GRACE_MS))
    },

    /** Ignores the answers of requests in flight: they belong to the user who signed out. */
    stop(): void {
      working = new Map()
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}

/** Returns null when there are too many changes to fetch. */
export async function changesSince(id: ConversationId, since: number): Promise<Changes | null> {
  const items: Message[] = []
  for (let page = 0, from = since; page < CHANGES_PAGES_MAX; page += 1) {
    const { hasMore, rev, ...told } = await api.listChanges(id, from)
    items.push(...told.items)
    from = rev
    if (!hasMore) return { items, rev }
  }
  return null
}
