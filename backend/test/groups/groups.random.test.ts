import { expect, test } from 'vitest'
import type { Conversation, GroupHistory, Message } from '../../src/contract/index.ts'
import { createRandom } from '../../src/seed/random.generator.ts'
import { add, createGroup, remove, say, setRole, team } from '../helpers/groups.ts'
import { GroupWatcher } from '../helpers/groupWatcher.ts'
import { newId, next, type Person } from '../helpers/people.ts'

const NAMES = ['owner', 'grace', 'linus', 'edsger', 'barbara', 'donald']
const ROUNDS = 12
const ACTIONS = 6

/** Resolves when every earlier event of a connection has arrived. */
async function settled({ person, socket }: GroupWatcher): Promise<void> {
  const told = next(socket, 'unreadMarked')
  await person.post('/api/messages/00000000000000000000000b/unread', {})
  await told
}

test.each([
  [1, 'joined'],
  [2, 'joined'],
  [3, 'joined'],
  [4, 'all'],
] as [number, GroupHistory][])(
  'whatever happens at the same time, each user ends with exactly the messages that the user may see (seed %i, history %s)',
  { timeout: 120_000 },
  async (seed, history) => {
    const random = createRandom(seed)
    const { people } = await team(NAMES)
    const [owner, ...others] = people as [Person, ...Person[]]
    const group = await createGroup(owner, others.slice(0, 3), { history })
    const watchers = await Promise.all(
      people.map(async (person) => new GroupWatcher(person, await person.connect(), group.id)),
    )
    await Promise.all(watchers.map((watcher) => watcher.catchUp()))
    let texts = 0

    /** Refusals are fine too: what a member may do depends on the order of the actions. */
    async function act(): Promise<unknown> {
      const actor = random.pick(people)
      const other = random.pick(others)
      switch (random.pick(['say', 'say', 'say', 'edit', 'delete', 'add', 'add', 'remove', 'leave', 'role'])) {
        case 'say':
          return actor.post('/api/messages', {
            conversationId: group.id,
            text: `text ${(texts += 1)}`,
            clientMessageId: newId(),
          })
        case 'edit':
          return actor.patch(`/api/messages/${group.id}/${1 + Math.floor(random.between(0, texts + 1))}`, {
            text: `edit ${(texts += 1)}`,
            clientEditId: newId(),
          })
        case 'delete':
          return actor.delete(`/api/messages/${group.id}/${1 + Math.floor(random.between(0, texts + 1))}`)
        case 'add':
          return add(owner, group.id, other, random.pick(others))
        case 'remove':
          return remove(random.pick([owner, actor]), group.id, other)
        case 'leave':
          return remove(other, group.id, other)
        default:
          return setRole(owner, group.id, other, random.pick(['admin', 'member']))
      }
    }
    for (let round = 0; round < ROUNDS; round += 1) await Promise.all(Array.from({ length: ACTIONS }, act))
    await say(owner, group.id, 'The end')
    await Promise.all(watchers.map(settled))
    await Promise.all(watchers.map((watcher) => watcher.settled()))

    const log = [...(watchers[0]!.held?.messages.values() ?? [])].toSorted((a, b) => a.seq - b.seq)
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1))
    expect(log.at(-1)).toMatchObject({ text: 'The end' })
    expect(new Set(log.map(({ rev }) => rev)).size).toBe(log.length)
    const { body: members } = await owner.get(`/api/groups/${group.id}/members`)
    expect((await owner.get(`/api/groups/${group.id}`)).body.group.memberCount).toBe(members.items.length)
    const memberIds = new Set(members.items.map(({ user }: { user: { id: string } }) => user.id))

    for (const watcher of watchers) {
      const { person } = watcher
      expect(watcher.leaked.map(({ seq, text }) => ({ who: person.user.username, seq, text }))).toEqual([])
      const { status, body: chat }: { status: number; body: Conversation } = await person.get(`/api/chats/${group.id}`)
      expect(status).toBe(memberIds.has(person.id) ? 200 : 404)
      if (status !== 200) {
        expect(watcher.held).toBeNull()
        continue
      }
      const visible = log.filter(({ seq }) => seq >= chat.firstSeq)
      expect(watcher.texts()).toEqual(visible.map(({ seq, rev, text, event }) => ({ seq, rev, text, event })))
      expect(watcher.heard.filter(({ seq }: Message) => seq < chat.firstSeq)).toEqual([])
      // Events of the group and deleted messages do not count as unread.
      const unread = log.filter(
        ({ seq, event, deletedAt }) => seq > chat.readSeq && event === null && deletedAt === null,
      )
      expect(chat).toMatchObject({ lastSeq: log.length, unreadCount: unread.length })
      const letIn = log.findLast(({ event }) => event?.kind === 'added' && event.userIds.includes(person.id))
      if (letIn) expect(chat.firstSeq).toBeLessThanOrEqual(history === 'all' ? 1 : letIn.seq)
    }
  },
)
