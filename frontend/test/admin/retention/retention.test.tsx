import { screen, waitFor, within } from '@testing-library/react'
import type { Archive, RetentionRun } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as adminApi from '../../../src/admin/shared/admin.api.ts'
import { openAdmin, settings } from '../../helpers/admin.tsx'
import { offline } from '../../helpers/page.tsx'

vi.mock(import('../../../src/admin/shared/admin.api.ts'), { spy: true })

const api = vi.mocked(adminApi)
const forEver = { days: null, action: 'archive' } as const
const aYear = { direct: { days: 365, action: 'delete' } as const, group: forEver, broadcast: forEver }

const run = (given: Partial<RetentionRun> = {}): RetentionRun => ({
  state: 'never',
  startedAt: null,
  finishedAt: null,
  removed: { direct: 0, group: 0, broadcast: 0 },
  total: 0,
  problem: null,
  ...given,
})

const archive = (given: Partial<Archive> = {}): Archive => ({
  name: 'direct-1.jsonl.gz',
  kind: 'direct',
  createdAt: '2026-11-20T03:00:00Z',
  messages: 1204,
  from: '2024-01-02T08:00:00Z',
  to: '2025-11-19T10:00:00Z',
  bytes: 182_044,
  sha256: 'a'.repeat(64),
  restoredAt: null,
  ...given,
})

beforeEach(() => {
  api.getSettings.mockResolvedValue(settings())
  api.getRetentionRun.mockResolvedValue(run())
  api.listArchives.mockResolvedValue({ items: [] })
})

async function write(days: string) {
  const opened = openAdmin('retention')
  await opened.keyboard.selectOptions(await screen.findByLabelText('Direct messages: keep'), 'Keep for some days')
  await opened.keyboard.clear(screen.getByLabelText('Direct messages: days'))
  await opened.keyboard.type(screen.getByLabelText('Direct messages: days'), days)
  await opened.keyboard.selectOptions(screen.getByLabelText('Then'), 'Delete')
  return opened
}

describe('the rules', () => {
  test('are saved only when it was said how many messages go by them', async () => {
    const { keyboard } = await write('365')
    api.countOldMessages.mockResolvedValue({ direct: 1204, group: 0, broadcast: 0 })
    api.changeSettings.mockResolvedValue(settings({ retention: aYear }))
    await keyboard.click(screen.getByRole('button', { name: 'Save' }))
    expect(api.countOldMessages).toHaveBeenCalledExactlyOnceWith(aYear)
    const dialog = within(await screen.findByRole('dialog', { name: 'Save these rules?' }))
    expect(dialog.getByText(/1,204 messages: 1,204 direct go at the next removal/u)).toBeInTheDocument()
    expect(api.changeSettings).not.toHaveBeenCalled()
    await keyboard.click(dialog.getByRole('button', { name: 'Save rules' }))
    expect(api.changeSettings).toHaveBeenCalledExactlyOnceWith({ retention: aYear, fromRevision: 0 })
    expect(await screen.findByText('Saved')).toBeInTheDocument()
  })

  test('by which nothing goes are saved without a question', async () => {
    const { keyboard } = await write('365')
    api.countOldMessages.mockResolvedValue({ direct: 0, group: 0, broadcast: 0 })
    api.changeSettings.mockResolvedValue(settings({ retention: aYear }))
    await keyboard.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByText('Saved')).toBeInTheDocument()
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('are tried without being saved', async () => {
    const { keyboard } = await write('30')
    api.countOldMessages.mockResolvedValue({ direct: 1, group: 0, broadcast: 0 })
    await keyboard.click(screen.getByRole('button', { name: 'Count the messages' }))
    expect(await screen.findByText(/1 message: 1 direct would go now\. Nothing was changed\./u)).toBeInTheDocument()
    expect(api.changeSettings).not.toHaveBeenCalled()
  })

  test.each(['0', '1.5', 'x', '36501'])('of %s days are not asked for', async (days) => {
    const { keyboard } = await write(days)
    await keyboard.click(screen.getByRole('button', { name: 'Save' }))
    expect(screen.getByText('A number from 1 to 36500.')).toBeInTheDocument()
    expect(api.countOldMessages).not.toHaveBeenCalled()
  })

  test('that could not be counted stay typed', async () => {
    const { keyboard } = await write('30')
    api.countOldMessages.mockRejectedValue(offline())
    await keyboard.click(screen.getByRole('button', { name: 'Save' }))
    expect((await screen.findByRole('alert')).textContent).toMatch(/^Not saved\. No connection/u)
    expect(screen.getByLabelText('Direct messages: days')).toHaveProperty('value', '30')
  })
})

describe('a run', () => {
  test('is begun when it was said how much it removes, and tells how far it is', async () => {
    api.getSettings.mockResolvedValue(settings({ retention: aYear }))
    api.countOldMessages.mockResolvedValue({ direct: 1000, group: 0, broadcast: 0 })
    api.startRetentionRun.mockResolvedValue(
      run({ state: 'running', total: 1000, removed: { direct: 250, group: 0, broadcast: 0 } }),
    )
    const { keyboard } = openAdmin('retention')
    await screen.findByText('It has not run yet.')
    await keyboard.click(await screen.findByRole('button', { name: 'Run now' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Remove old messages?' }))
    expect(dialog.getByText(/1,000 messages: 1,000 direct go now/u)).toBeInTheDocument()
    expect(api.countOldMessages).toHaveBeenCalledExactlyOnceWith()
    await keyboard.click(dialog.getByRole('button', { name: 'Remove them' }))
    expect(screen.getByRole('progressbar')).toHaveProperty('value', 250)
    expect(screen.getByText('250 of 1,000 messages removed')).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Run now' })).toBeNull()
    // It looks again by itself, until it is over; then there may be archives.
    api.getRetentionRun.mockResolvedValue(
      run({ state: 'done', finishedAt: '2026-11-21T10:00:00Z', removed: { direct: 1000, group: 0, broadcast: 0 } }),
    )
    api.listArchives.mockResolvedValue({ items: [archive()] })
    expect(await screen.findByText(/1,000 messages: 1,000 direct removed\./u)).toBeInTheDocument()
    expect(await screen.findByText(/direct-1\.jsonl\.gz/u)).toBeInTheDocument()
  })

  test('is not offered where everything is kept for ever', async () => {
    openAdmin('retention')
    expect(
      await screen.findByText('All messages are kept for ever, so there is nothing to remove.'),
    ).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Run now' })).toBeNull()
  })

  test('that failed says why', async () => {
    api.getRetentionRun.mockResolvedValue(
      run({ state: 'failed', finishedAt: '2026-11-21T10:00:00Z', problem: 'The disk is full.' }),
    )
    openAdmin('retention')
    expect(await screen.findByText(/no messages removed\. It did not finish\. The disk is full\./u)).toBeInTheDocument()
  })
})

describe('an archive', () => {
  beforeEach(() => {
    api.listArchives.mockResolvedValue({ items: [archive()] })
  })

  test('tells what is in it, and is downloaded', async () => {
    api.startDownload.mockResolvedValue(undefined)
    const { keyboard } = openAdmin('retention')
    expect((await screen.findByText(/1,204 messages from/u)).textContent).toMatch(/2024.*2025/u)
    const link = screen.getByRole('link', { name: 'Download direct-1.jsonl.gz' })
    expect(link.getAttribute('href')).toBe('/api/admin/archives/direct-1.jsonl.gz')
    await keyboard.click(link)
    expect(api.startDownload).toHaveBeenCalledExactlyOnceWith('/api/admin/archives/direct-1.jsonl.gz')
  })

  test('is restored, and says how much came back', async () => {
    api.restoreArchive.mockResolvedValue({ restored: 1200, skipped: 4 })
    const { keyboard } = openAdmin('retention')
    await keyboard.click(await screen.findByRole('button', { name: 'Restore direct-1.jsonl.gz' }))
    await keyboard.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Restore' }))
    expect(
      await screen.findByText(/1,200 messages are back\. 4 were not restored: they were back already/u),
    ).toBeInTheDocument()
    expect(screen.getByText('Restored')).toBeInTheDocument()
  })

  test('is deleted after a question, whose failure is told there', async () => {
    api.deleteArchive.mockRejectedValueOnce(offline()).mockResolvedValueOnce(undefined)
    const { keyboard } = openAdmin('retention')
    await keyboard.click(await screen.findByRole('button', { name: 'Delete direct-1.jsonl.gz' }))
    const dialog = within(screen.getByRole('dialog', { name: 'Delete this archive?' }))
    await keyboard.click(dialog.getByRole('button', { name: 'Delete' }))
    expect((await dialog.findByRole('alert')).textContent).toMatch(/No connection/u)
    await keyboard.click(dialog.getByRole('button', { name: 'Delete' }))
    await waitFor(() => expect(screen.queryByText(/direct-1\.jsonl\.gz/u)).toBeNull())
  })
})
