import type { ConversationId, Message, MessagePage } from 'backend/contract'
import * as api from './message.api.ts'
import { socket } from '../connection/socket.client.ts'
import { lacksChanges, withChanges, withPage, type Timeline } from './timeline.model.ts'

/** Changes may overtake each other by a little on their way: no need to ask for what is about to come. */
const GRACE_MS = 150
const PAUSE_MAX_MS = 30_000
/** Who has more to catch up with loads the newest page anew. */
const CHANGES_PAGES_MAX = 3

interface Timelines {
  timelineOf(id: ConversationId): Timeline
  update(id: ConversationId, timeline: Timeline): void
  /** The newest page came in the place of what was held, so what is loading before it does not fit any more. */
  replaced(id: ConversationId): void
  /** What was missed concerns the list as well. */
  missed(messages: Message[]): void
}

/** All changes after a rev that the timeline had, up to `rev`: what is not among them was not for the one who asks. */
interface Changes {
  items: Message[]
  rev: number
}

/** Fetches what timelines have missed. */
export function createCatchUp({ timelineOf, update, replaced, missed }: Timelines) {
  /** Conversations that are being caught up with, and whether more was found to be missing meanwhile. */
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
        // Without a connection the next one begins with a sync.
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
    /** Fetches all since the timeline's rev, at once: something is known to be missing. */
    begin,
    takeIn,
    /** Loads the newest page in the place of what is held. */
    reload,

    /** After a live event: if it came early, those before it are fetched unless they come by themselves. */
    lookAt(id: ConversationId): void {
      if (!lacksChanges(timelineOf(id)) || timers.has(id)) return
      const check = () => {
        timers.delete(id)
        if (lacksChanges(timelineOf(id))) begin(id)
      }
      timers.set(id, setTimeout(check, GRACE_MS))
    },

    /** Answers that are on their way are another person's from here on. */
    stop(): void {
      working = new Map()
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}

/** Null when they are too many to be fetched one after the other. */
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
