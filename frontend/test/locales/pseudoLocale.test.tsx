import { screen } from '@testing-library/react'
import type { GroupEvent, Message } from 'backend/contract'
import { beforeEach, expect, it } from 'vitest'
import {
  askToBlock,
  askToReport,
  closeAsking,
  closeProfile,
  showProfile,
} from '../../src/people/profileDialogs.store.ts'
import { errorText } from '../../src/connection/problem.model.ts'
import { useUsers } from '../../src/people/people.store.ts'
import { useContacts } from '../../src/people/contacts.store.ts'
import { forgetGroups } from '../../src/groups/groups.store.ts'
import { broadcast, conversation, group, mark, message, ownUser, told, user } from '../generators/index.ts'
import { attachment } from '../generators/media.ts'
import { offline, openPage, refusal, server } from '../helpers/page.tsx'
import { hold, openPane, signIn } from '../helpers/chat.tsx'
import { giveLayout } from '../helpers/layout.ts'
import { inPseudoLocale, textsOutsideCatalogue } from '../helpers/pseudoLocale.ts'

/** Each view of the page. The texts of users are in Cyrillic, so that they are not taken for texts of the page. */
const olga = ownUser({ fullName: 'Ольга', username: 'ольга', email: 'почта@школа.рф', role: 'admin' })
const ivan = user({ fullName: 'Иван', username: 'иван', statusText: 'Сторож', bio: 'Ключи у меня.', role: 'admin' })
const anna = user({ fullName: 'Анна', username: 'анна', lastSeenAt: '2026-11-20T09:00:00Z' })
const since = '2026-11-20T09:00:00Z'

const talk = conversation({ peer: ivan, lastMessage: message({ senderId: ivan.id, seq: 8, text: 'Пока' }) })
const fair = group(
  { lastMessage: told(ivan.id, { kind: 'renamed', name: 'Ярмарка' }, { seq: 9 }) },
  { name: 'Ярмарка', role: 'owner' },
)
const said = (seq: number, given: Partial<Message>) =>
  message({
    conversationId: talk.id,
    senderId: ivan.id,
    receiverId: olga.id,
    seq,
    createdAt: since,
    text: '',
    ...given,
  })
const messages = [
  said(1, { text: 'Доброе утро' }),
  said(2, { senderId: olga.id, receiverId: ivan.id, text: 'Привет', isRead: true }),
  said(3, { text: 'Ключи', editedAt: since }),
  said(4, { deletedAt: since }),
  said(5, { attachments: [attachment({ name: 'Сад' })] }),
  said(6, { attachments: [attachment({ kind: 'video', name: 'Фильм', durationSeconds: 61 })] }),
  said(7, { attachments: [attachment({ kind: 'audio', name: 'Голос', isVoice: true, durationSeconds: 12 })] }),
  said(8, { text: 'Пока', attachments: [attachment({ kind: 'file', name: 'План.pdf', mimeType: 'application/pdf' })] }),
]
const events: GroupEvent[] = [
  { kind: 'created', name: 'Ярмарка', memberCount: 3 },
  { kind: 'described', description: 'Осень' },
  { kind: 'pictureChanged', picture: null },
  { kind: 'historyChanged', history: 'all' },
  { kind: 'added', userIds: [anna.id], memberCount: 3 },
  { kind: 'removed', userIds: [anna.id], memberCount: 2 },
  { kind: 'joinedByLink', memberCount: 3 },
  { kind: 'roleChanged', userId: anna.id, role: 'admin' },
  { kind: 'renamed', name: 'Ярмарка' },
]
const groupMessages = events.map((event, index) =>
  told(ivan.id, event, { conversationId: fair.id, seq: index + 1, createdAt: since }),
)
const notice = message({
  senderId: ivan.id,
  receiverId: null,
  seq: 1,
  title: 'Вода',
  text: 'Наберите воды',
  createdAt: since,
  broadcast: mark({ priority: 'urgent' }),
})
const announcements = broadcast({ lastMessage: notice })

inPseudoLocale()

beforeEach(() => {
  giveLayout()
  useContacts.getState().forget()
  forgetGroups()
  closeProfile()
  closeAsking()
  server.listContacts.mockResolvedValue({ items: [{ user: ivan, favourite: true, since }], nextCursor: null })
  server.listBlocks.mockResolvedValue({ items: [{ user: anna, since }], nextCursor: null })
  server.listMembers.mockResolvedValue({
    items: [
      { user: ivan, role: 'owner', joinedAt: since },
      { user: olga, role: 'admin', joinedAt: since },
      { user: anna, role: 'member', joinedAt: since },
    ],
    nextCursor: null,
  })
})

it.each(['/login', '/signup', '/reset/token'])('%s shows no text outside the catalogue', async (path) => {
  openPage(path, { user: null })
  await screen.findByRole('heading', { level: 1 })
  expect(textsOutsideCatalogue(SAMPLE)).toEqual([])
})

it('an unknown path shows no text outside the catalogue', async () => {
  open('/nowhere')
  await screen.findByRole('heading', { level: 1 })
  expect(textsOutsideCatalogue()).toEqual([])
})

it.each([
  ['/', 'Иван'],
  ['/people', 'Иван'],
  ['/settings', 'Ольга'],
  ['/settings/notifications', 'Ольга'],
  ['/settings/privacy', 'Ольга'],
  ['/settings/blocked', 'Анна'],
  ['/settings/appearance', 'Ольга'],
  ['/settings/shortcuts', 'Ольга'],
])('%s shows no text outside the catalogue', async (path, awaited) => {
  open(path)
  await screen.findAllByText(awaited)
  expect(textsOutsideCatalogue(['Parley'])).toEqual([])
})

it.each([
  ['a conversation', talk, messages],
  ['a group', fair, groupMessages],
  ['Announcements', announcements, [notice]],
])('%s shows no text outside the catalogue, whatever its messages are', async (_name, shown, held) => {
  signIn(olga)
  useUsers.getState().put([ivan, anna])
  hold(
    shown,
    held.map((one) => ({ ...one, conversationId: shown.id })),
  )
  await openPane(shown.id)
  expect(await screen.findByRole('log')).not.toHaveProperty('textContent', '')
  expect(textsOutsideCatalogue(['План.pdf', 'PDF'])).toEqual([])
})

it('an invitation to a group shows no text outside the catalogue, valid or not', async () => {
  const preview = { conversationId: fair.id, name: 'Ярмарка', description: '', picture: null, memberCount: 3 }
  server.previewInvite.mockResolvedValue({ ...preview, isMember: false })
  const { unmount } = open('/join/token')
  await screen.findByRole('heading', { name: 'Ярмарка' })
  expect(textsOutsideCatalogue()).toEqual([])
  unmount()
  const revoked = refusal({ code: 'invite_not_valid', status: 410, reason: 'invite_not_valid', params: {} })
  server.previewInvite.mockRejectedValue(revoked)
  open('/join/token')
  await screen.findByText(errorText(revoked))
  expect(textsOutsideCatalogue()).toEqual([])
})

it('the dialogs about a person show no text outside the catalogue', async () => {
  open('/people')
  await screen.findAllByText('Иван')
  showProfile(ivan.id)
  await screen.findByText('Ключи у меня.')
  expect(textsOutsideCatalogue()).toEqual([])
  closeProfile()
  askToBlock(ivan.id)
  await screen.findByRole('dialog')
  expect(textsOutsideCatalogue()).toEqual([])
  closeAsking()
  askToReport(ivan.id, { conversationId: talk.id, seq: 1 })
  await screen.findByRole('dialog')
  expect(textsOutsideCatalogue()).toEqual([])
})

it('a page that cannot reach the server shows no text outside the catalogue', async () => {
  const { unmount } = open('/', () => server.session.mockRejectedValue(offline()))
  await screen.findByRole('alert')
  expect(textsOutsideCatalogue(['Parley'])).toEqual([])
  unmount()
  open('/people', () => {
    server.listContacts.mockRejectedValue(offline())
    server.searchUsers.mockRejectedValue(offline())
  })
  await screen.findAllByRole('alert')
  expect(textsOutsideCatalogue()).toEqual([])
})

function open(path: string, answers?: () => void) {
  return openPage(path, {
    user: olga,
    conversations: [talk, fair, announcements],
    answers: () => {
      server.searchUsers.mockResolvedValue({ items: [ivan, anna], nextCursor: null })
      server.getUsers.mockResolvedValue({ items: [ivan, anna], nextCursor: null })
      answers?.()
    },
  })
}

/** The product, the server, and the sample conversation beside the sign-in form, which is the same in every language. */
const SAMPLE = [
  'Parley',
  'localhost',
  'SB',
  'Siobhán Byrne',
  'Both inhalers are in the red bag, and I’m on the coach.',
  'Registers done. All 27 here.',
  'Leila Haddad',
]
