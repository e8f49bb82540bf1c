import type { Conversation, CreateGroupInput, Message, SyncPage } from '../../src/contract/index.ts'
import type { Config } from '../../src/config.ts'
import { newId, person, type Answer, type Person } from './people.ts'
import { startServer, type TestServer } from './startServer.ts'

/** Signs up users on a new server. The first is its admin. */
export async function team(
  names: readonly string[],
  config: Partial<Config> = {},
): Promise<{ server: TestServer; people: Person[] }> {
  const server = await startServer({ messagesPerMinute: 100_000, ...config })
  const people: Person[] = []
  for (const name of names) people.push(await person(server, name))
  return { server, people }
}

export async function createGroup(
  owner: Person,
  members: readonly Person[],
  more: Partial<CreateGroupInput> = {},
): Promise<Conversation> {
  const answer = await owner.post('/api/groups/create', {
    name: 'Choir',
    memberIds: members.map(({ id }) => id),
    clientGroupId: newId(),
    ...more,
  })
  if (answer.status !== 201) throw new Error(`No group: ${JSON.stringify(answer.body)}`)
  return answer.body
}

export async function say(who: Person, conversationId: string, text: string): Promise<Message> {
  const answer = await who.post('/api/messages', { conversationId, text, clientMessageId: newId() })
  if (answer.status !== 201) throw new Error(`Nothing said: ${JSON.stringify(answer.body)}`)
  return answer.body
}

export const add = (who: Person, groupId: string, ...people: Person[]): Promise<Answer> =>
  who.post(`/api/groups/${groupId}/members`, { userIds: people.map(({ id }) => id) })
export const remove = (who: Person, groupId: string, whom: Person): Promise<Answer> =>
  who.delete(`/api/groups/${groupId}/members/${whom.id}`)
export const setRole = (who: Person, groupId: string, whom: Person, role: string): Promise<Answer> =>
  who.patch(`/api/groups/${groupId}/members/${whom.id}`, { role })

export async function messagesOf(who: Person, conversationId: string): Promise<Message[]> {
  const { body } = await who.get(`/api/messages/${conversationId}?limit=100`)
  return body.items
}

/** Returns the history of a group as a user sees it: the kinds of events, and texts. */
export async function storyOf(who: Person, conversationId: string): Promise<string[]> {
  return (await messagesOf(who, conversationId)).map(({ event, text }) => event?.kind ?? text)
}

export async function syncAll(
  someone: Person,
  since: string | null,
  held: Record<string, number> = {},
): Promise<SyncPage> {
  const all: SyncPage = {
    conversations: [],
    messages: [],
    reload: [],
    left: [],
    users: [],
    reloadUsers: false,
    usersRev: 0,
    nextCursor: null,
    until: '',
  }
  let cursor: string | undefined
  do {
    const { status, body } = await someone.post('/api/sync', { since, held, ...(cursor && { cursor }) })
    if (status !== 200) throw new Error(`No sync: ${JSON.stringify(body)}`)
    all.conversations.push(...body.conversations)
    all.messages.push(...body.messages)
    all.reload.push(...body.reload)
    all.left.push(...body.left)
    all.until = body.until
    cursor = body.nextCursor ?? undefined
  } while (cursor)
  return all
}
