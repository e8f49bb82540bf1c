import { screen, waitFor, within } from '@testing-library/react'
import type { Backup } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as adminApi from '../../../src/admin/shared/admin.api.ts'
import { openAdmin, settings } from '../../helpers/admin.tsx'
import { offline, refusal } from '../../helpers/page.tsx'

vi.mock(import('../../../src/admin/shared/admin.api.ts'), { spy: true })

const api = vi.mocked(adminApi)

const backup = (given: Partial<Backup> = {}): Backup => ({
  name: 'parley-1',
  state: 'done',
  createdAt: '2026-11-20T18:30:00Z',
  progress: 1,
  bytes: 112_000_000,
  sha256: 'a'.repeat(64),
  problem: null,
  ...given,
})

beforeEach(() => {
  api.getSettings.mockResolvedValue(settings())
  api.listBackups.mockResolvedValue({ items: [] })
})

describe('a backup', () => {
  test('is made now, tells how far it is, and is there to be downloaded', async () => {
    api.startBackup.mockResolvedValue(backup({ state: 'running', progress: 0.437, bytes: 5_000_000, sha256: null }))
    const { keyboard } = openAdmin('server')
    await screen.findByText('None yet.')
    await keyboard.click(screen.getByRole('button', { name: 'Back up now' }))
    expect(screen.getByRole('progressbar', { name: 'Making the backup' })).toHaveProperty('value', 43)
    expect(screen.queryByRole('button', { name: 'Back up now' })).toBeNull()
    api.listBackups.mockResolvedValue({ items: [backup()] })
    expect(await screen.findByRole('button', { name: 'Download parley-1' })).toBeInTheDocument()
    expect(screen.getByRole('button', { name: 'Back up now' })).toBeInTheDocument()
  })

  test('is downloaded after the admin has given the password again', async () => {
    api.listBackups.mockResolvedValue({ items: [backup()] })
    api.startDownload.mockResolvedValue(undefined)
    const { keyboard } = openAdmin('server')
    await keyboard.click(await screen.findByRole('button', { name: 'Download parley-1' }))
    const dialog = within(screen.getByRole('dialog'))
    expect(dialog.getByRole('button', { name: 'Download' })).toBeDisabled()
    api.unlockBackup.mockRejectedValueOnce(refusal({ status: 401, code: 'invalid_credentials' }))
    await keyboard.type(dialog.getByLabelText('Your password'), 'wrong horse')
    await keyboard.click(dialog.getByRole('button', { name: 'Download' }))
    expect((await dialog.findByRole('alert')).textContent).toBe('Not downloaded. This is not your password.')
    expect(api.startDownload).not.toHaveBeenCalled()
    api.unlockBackup.mockResolvedValueOnce({ token: 'a+b', expiresAt: '2026-11-21T10:00:00Z' })
    await keyboard.click(dialog.getByRole('button', { name: 'Download' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(api.startDownload).toHaveBeenCalledExactlyOnceWith('/api/admin/backups/parley-1?token=a%2Bb')
  })

  test('that cannot be begun or has failed says why', async () => {
    api.listBackups.mockResolvedValue({ items: [backup({ state: 'failed', problem: 'The disk is full.' })] })
    api.startBackup.mockRejectedValue(refusal({ detail: 'There is no room.' }))
    const { keyboard } = openAdmin('server')
    expect(await screen.findByText('The backup failed. The disk is full.')).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: /Download/u })).toBeNull()
    await keyboard.click(screen.getByRole('button', { name: 'Back up now' }))
    expect((await screen.findByRole('alert')).textContent).toBe('The backup did not start. There is no room.')
  })

  test('is deleted after a question', async () => {
    api.listBackups.mockResolvedValue({ items: [backup()] })
    api.deleteBackup.mockResolvedValue(undefined)
    const { keyboard } = openAdmin('server')
    await keyboard.click(await screen.findByRole('button', { name: 'Delete parley-1' }))
    await keyboard.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete' }))
    expect(api.deleteBackup).toHaveBeenCalledExactlyOnceWith('parley-1')
    await waitFor(() => expect(screen.queryByText(/parley-1/u)).toBeNull())
  })

  test('list that cannot be loaded says why, and is tried again', async () => {
    api.listBackups.mockRejectedValueOnce(offline())
    const { keyboard } = openAdmin('server')
    expect((await screen.findByRole('alert')).textContent).toMatch(/Could not load the backups/u)
    await keyboard.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByText('None yet.')).toBeInTheDocument()
  })
})

describe('the maintenance message', () => {
  test('is shown to everybody, changed, and taken away', async () => {
    api.changeSettings.mockImplementation(async ({ maintenance }) => settings({ maintenance: maintenance ?? null }))
    const { keyboard } = openAdmin('server')
    await keyboard.type(await screen.findByLabelText('Message'), ' Down at ten ')
    await keyboard.click(screen.getByRole('button', { name: 'Show it to everybody' }))
    expect(api.changeSettings).toHaveBeenCalledExactlyOnceWith({
      maintenance: { text: 'Down at ten' },
      fromRevision: 0,
    })
    expect(await screen.findByText('Everybody sees a message now.')).toBeInTheDocument()
    await keyboard.click(screen.getByRole('button', { name: 'Remove it' }))
    expect(api.changeSettings).toHaveBeenLastCalledWith({ maintenance: null, fromRevision: 0 })
    expect(await screen.findByRole('button', { name: 'Show it to everybody' })).toBeInTheDocument()
    expect(screen.getByLabelText('Message')).toHaveProperty('value', '')
  })

  test('that is empty or too long is not sent', async () => {
    const { keyboard } = openAdmin('server')
    await keyboard.click(await screen.findByRole('button', { name: 'Show it to everybody' }))
    expect(screen.getByText('Type a message.')).toBeInTheDocument()
    await keyboard.click(screen.getByLabelText('Message'))
    await keyboard.paste('🎉'.repeat(501))
    await keyboard.click(screen.getByRole('button', { name: 'Show it to everybody' }))
    expect(screen.getByText('Shorten it by 1 character.')).toBeInTheDocument()
    expect(api.changeSettings).not.toHaveBeenCalled()
  })

  test('that could not be changed stays typed', async () => {
    api.changeSettings.mockRejectedValue(offline())
    const { keyboard } = openAdmin('server')
    await keyboard.type(await screen.findByLabelText('Message'), 'Down at ten')
    await keyboard.click(screen.getByRole('button', { name: 'Show it to everybody' }))
    expect((await screen.findByRole('alert')).textContent).toMatch(/^Not changed\. No connection/u)
    expect(screen.getByLabelText('Message')).toHaveProperty('value', 'Down at ten')
  })
})
