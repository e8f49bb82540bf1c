import { screen, waitFor, within } from '@testing-library/react'
import { ADMIN_ACTIONS, COMMAND_LINE_ACTIONS, type AuditEntry } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { auditActionLabel, auditEntryLabel } from '../../../src/admin/audit/audit.format.ts'
import * as adminApi from '../../../src/admin/shared/admin.api.ts'
import { id, user } from '../../generators/index.ts'
import { adminUser, openAdmin, seeEverything } from '../../helpers/admin.tsx'
import { offline } from '../../helpers/page.tsx'

vi.mock(import('../../../src/admin/shared/admin.api.ts'), { spy: true })

const api = vi.mocked(adminApi)
const amara = adminUser({ fullName: 'Amara Okafor', role: 'admin' })

const entry = (given: Partial<AuditEntry> = {}): AuditEntry => ({
  id: id(),
  at: '2026-11-21T09:00:00.000Z',
  actor: user({ fullName: 'Amara Okafor', username: 'amara' }),
  action: 'user.disable',
  targetUser: user({ fullName: 'Mateo Fernández' }),
  targetId: id(),
  detail: {},
  ip: '192.0.2.7',
  outcome: 'done',
  ...given,
})

beforeEach(() => {
  api.listAudit.mockResolvedValue({ items: [entry()], nextCursor: null })
  api.listUsers.mockResolvedValue({ items: [amara], nextCursor: null, total: 1 })
})

const link = () => screen.getByRole('link', { name: 'Export CSV' }).getAttribute('href')

const changed = (detail: Record<string, unknown>) => auditEntryLabel({ action: 'settings.change', detail })

describe('the audit log', () => {
  test('[G] says which settings were changed', () => {
    expect(changed({ words: [] })).toBe('Changed the word filter')
    expect(changed({ registration: {} })).toBe('Changed the sign-in settings')
    expect(changed({ registration: {}, words: [] })).toBe('Changed settings')
  })

  test('tells who did what to whom', async () => {
    openAdmin('audit')
    const row = await screen.findByRole('button', { name: /Disabled an account/u })
    expect(row.textContent).toMatch(/by Amara Okafor · to Mateo Fernández/u)
  })

  test('shows all of an entry', async () => {
    api.listAudit.mockResolvedValue({
      items: [entry({ action: 'user.mute', detail: { until: '2026-11-22' }, actor: null, outcome: 'last_admin' })],
      nextCursor: null,
    })
    const { keyboard } = openAdmin('audit')
    await keyboard.click(await screen.findByRole('button', { name: /Muted or unmuted/u }))
    const dialog = within(screen.getByRole('dialog', { name: 'Muted or unmuted' }))
    expect(dialog.getByText('192.0.2.7')).toBeInTheDocument()
    expect(dialog.getByText('The server’s command line')).toBeInTheDocument()
    expect(dialog.getByText('Not done: The server needs an admin')).toBeInTheDocument()
    expect(dialog.getByText(/"until": "2026-11-22"/u)).toBeInTheDocument()
  })

  test('is narrowed by search, action and person, and its export by the same', async () => {
    const { keyboard } = openAdmin('audit')
    expect(link()).toBe('/api/admin/audit.csv')
    await keyboard.type(screen.getByRole('searchbox'), 'mat é')
    await keyboard.selectOptions(screen.getByLabelText('Action'), 'Disabled an account')
    await keyboard.selectOptions(await screen.findByLabelText('Done by'), 'Amara Okafor')
    await waitFor(() =>
      expect(api.listAudit).toHaveBeenLastCalledWith({
        q: 'mat é',
        action: 'user.disable',
        actor: amara.id,
        cursor: undefined,
      }),
    )
    expect(link()).toBe(`/api/admin/audit.csv?q=mat+%C3%A9&action=user.disable&actor=${amara.id}`)
    api.startDownload.mockResolvedValue(undefined)
    await keyboard.click(screen.getByRole('link', { name: 'Export CSV' }))
    expect(api.startDownload).toHaveBeenCalledExactlyOnceWith(link())
  })

  test('goes on with older entries', async () => {
    seeEverything()
    api.listAudit.mockImplementation(async ({ cursor }) =>
      cursor
        ? { items: [entry({ action: 'backup.create', targetUser: null })], nextCursor: null }
        : { items: [entry()], nextCursor: 'older' },
    )
    openAdmin('audit')
    expect(await screen.findByRole('button', { name: /Made a backup/u })).toBeInTheDocument()
    expect(screen.getByRole('button', { name: /Disabled an account/u })).toBeInTheDocument()
  })

  test('says that nothing was found, and why it could not be loaded', async () => {
    api.listAudit.mockRejectedValueOnce(offline())
    const { keyboard } = openAdmin('audit')
    expect((await screen.findByRole('alert')).textContent).toMatch(/Could not load the audit log/u)
    api.listAudit.mockResolvedValue({ items: [], nextCursor: null })
    await keyboard.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByText('Nothing found')).toBeInTheDocument()
  })

  test('has words for every action, and shows the name of one it does not know', () => {
    for (const action of [...Object.values(ADMIN_ACTIONS), ...COMMAND_LINE_ACTIONS])
      expect(auditActionLabel(action)).toMatch(/^[A-Z]/u)
    expect(auditActionLabel('group.explode')).toBe('group.explode')
  })
})
