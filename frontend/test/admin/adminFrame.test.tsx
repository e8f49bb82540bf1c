import { screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as adminApi from '../../src/admin/shared/admin.api.ts'
import { openAdmin, stats } from '../helpers/admin.tsx'
import { renderAt, signIn } from '../helpers/chat.tsx'
import { AdminPage } from '../../src/admin/AdminPage.tsx'

vi.mock(import('../../src/admin/shared/admin.api.ts'), { spy: true })

beforeEach(() => {
  vi.mocked(adminApi.getStats).mockResolvedValue(stats())
})

describe('the admin panel', () => {
  test('begins with the overview where there is room', async () => {
    openAdmin('')
    expect(await screen.findByRole('heading', { name: 'Overview', level: 1 })).toBeInTheDocument()
    const link = within(screen.getByRole('navigation', { name: 'Admin' })).getByRole('link', { name: 'Overview' })
    expect(link.getAttribute('aria-current')).toBe('page')
  })

  test('begins on a phone with the list of its views, which lead back to it', async () => {
    const { keyboard } = openAdmin('', 'phone')
    expect(screen.getByRole('heading', { name: 'Admin', level: 1 })).toBeInTheDocument()
    const views = within(screen.getByRole('main'))
      .getAllByRole('link')
      .map(({ textContent }) => textContent)
    expect(views).toEqual([
      'Overview',
      'People',
      'Broadcasts',
      'Moderation',
      'Audit log',
      'Retention',
      'Sign-in and invites',
      'Server',
    ])
    await keyboard.click(screen.getByRole('link', { name: 'Overview' }))
    expect(await screen.findByRole('heading', { name: 'Overview', level: 1 })).toBeInTheDocument()
    await keyboard.click(screen.getByRole('link', { name: 'Back to admin' }))
    expect(screen.getByRole('heading', { name: 'Admin', level: 1 })).toBeInTheDocument()
  })

  test('names its views on a tablet too, where only their icons are seen', () => {
    openAdmin('overview', 'tablet')
    expect(screen.getByRole('link', { name: 'Moderation' }).getAttribute('title')).toBe('Moderation')
  })

  test('is not for members, and asks the server nothing', () => {
    signIn({ role: 'member' })
    renderAt('/admin', <AdminPage />)
    expect(screen.getByText('Only admins can open this')).toBeInTheDocument()
    expect(screen.getByRole('link', { name: 'Back to chats' }).getAttribute('href')).toBe('/')
    expect(adminApi.getStats).not.toHaveBeenCalled()
  })
})
