import { screen } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import * as broadcastApi from '../../src/admin/broadcasts/shared/broadcast.api.ts'
import * as adminApi from '../../src/admin/shared/admin.api.ts'
import { broadcast, counts, draft, entry, pageOf } from '../generators/broadcasts.ts'
import { id, user } from '../generators/index.ts'
import { adminUser, openAdmin, report, sample, settings, stats } from '../helpers/admin.tsx'
import { offline } from '../helpers/page.tsx'
import { inPseudoLocale, textsOutsideCatalogue } from '../helpers/pseudoLocale.ts'

vi.mock(import('../../src/admin/shared/admin.api.ts'), { spy: true })
vi.mock(import('../../src/admin/broadcasts/shared/broadcast.api.ts'), { spy: true })
vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)

/** Each view of the admin panel. The texts of users are in Cyrillic, so that they are not taken for texts of the page. */
const ivan = { fullName: 'Иван', username: 'иван' }
const at = '2026-11-20T09:00:00.000Z'
const api = vi.mocked(adminApi)
const broadcasts = vi.mocked(broadcastApi)
const sent = broadcast({ title: 'Вода', text: 'Наберите воды', priority: 'urgent' })

inPseudoLocale()

beforeEach(() => {
  api.getStats.mockResolvedValue(
    stats({ version: '1', history: [sample(), sample({ at: '2026-11-21T09:05:00.000Z' })] }),
  )
  api.listUsers.mockResolvedValue({
    items: [
      adminUser({ ...ivan, email: 'почта' }),
      adminUser({ fullName: 'Анна', username: 'анна', email: 'почта', state: 'disabled' }),
    ],
    nextCursor: null,
    total: 2,
  })
  api.listGroups.mockResolvedValue({ items: [], nextCursor: null })
  api.listReports.mockResolvedValue({
    items: [
      report({ reporter: user(ivan), user: user({ fullName: 'Анна' }), text: 'Нет', reason: 'Плохо' }),
      report({
        reporter: null,
        user: user({ fullName: 'Анна' }),
        text: null,
        seq: null,
        conversationId: null,
        reason: '',
      }),
    ],
    nextCursor: null,
  })
  api.listAudit.mockResolvedValue({
    items: [
      {
        id: id(),
        at,
        actor: user(ivan),
        action: 'user.disable',
        targetUser: null,
        targetId: null,
        detail: {},
        ip: '192.0.2.7',
        outcome: 'last_admin',
      },
      {
        id: id(),
        at,
        actor: null,
        action: 'user.create',
        targetUser: user(ivan),
        targetId: null,
        detail: {},
        ip: '',
        outcome: 'begun',
      },
    ],
    nextCursor: null,
  })
  api.listInvites.mockResolvedValue({
    items: [{ id: id(), note: 'Родители', createdBy: id(), createdAt: at, expiresAt: at, maxUses: 3, uses: 1 }],
    nextCursor: null,
  })
  api.getSettings.mockResolvedValue(
    settings({
      registration: { mode: 'domain', domains: ['школа.рф'] },
      words: [{ word: 'спам', action: 'refuse' }],
      maintenance: { text: 'Ночью' },
    }),
  )
  api.getRetentionRun.mockResolvedValue({
    state: 'done',
    startedAt: at,
    finishedAt: at,
    removed: { direct: 3, group: 0, broadcast: 1 },
    total: 4,
    problem: null,
  })
  api.listArchives.mockResolvedValue({
    items: [
      {
        name: 'архив',
        kind: 'direct',
        createdAt: at,
        messages: 4,
        from: at,
        to: at,
        bytes: 2048,
        sha256: '0',
        restoredAt: at,
      },
    ],
  })
  api.listBackups.mockResolvedValue({
    items: [{ name: 'копия', state: 'done', createdAt: at, progress: 1, bytes: 2048, sha256: '0', problem: null }],
  })
  broadcasts.listBroadcasts.mockResolvedValue(
    pageOf([
      sent,
      draft({ title: '', text: '' }),
      broadcast({ title: 'Позже', state: 'scheduled', sentAt: null, sendAt: at }),
    ]),
  )
  broadcasts.getBroadcast.mockResolvedValue(sent)
  broadcasts.ledgerCounts.mockResolvedValue(counts({ acknowledged: 2, opened: 1, delivered: 1, queued: 1 }))
  broadcasts.listLedger.mockResolvedValue({ items: [entry({ user: user(ivan) })], nextCursor: null })
})

const VIEWS = [
  ['overview', '248'],
  ['people', 'Иван'],
  ['broadcasts', 'Вода'],
  [`broadcasts/${sent.id}`, 'Вода'],
  ['broadcasts/new', ''],
  ['moderation', 'Нет'],
  ['audit', 'Иван'],
  ['retention', 'архив'],
  ['sign-in', 'Родители'],
  ['server', 'копия'],
] as const

test.each(VIEWS)('the view %s shows no text outside the catalogue', async (view, awaited) => {
  openAdmin(view)
  await screen.findAllByText((text) => text.includes(awaited))
  expect(textsOutsideCatalogue(DATA)).toEqual([])
})

test.each(VIEWS.filter(([view]) => view !== 'broadcasts/new'))(
  'the view %s shows no text outside the catalogue when it cannot be loaded',
  async (view) => {
    for (const call of [...Object.values(api), ...Object.values(broadcasts)])
      if (vi.isMockFunction(call)) call.mockRejectedValue(offline())
    openAdmin(view)
    await screen.findAllByRole('alert')
    expect(textsOutsideCatalogue(DATA)).toEqual([])
  },
)

/** The admin of the test, and names that are the same in every language. */
const DATA = ['Ingrid Sørensen', 'IS', 'Parley', 'UTC']
