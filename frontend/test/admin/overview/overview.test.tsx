import { act, screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { roundedUp } from '../../../src/admin/overview/measure.format.ts'
import * as adminApi from '../../../src/admin/shared/admin.api.ts'
import { openAdmin, sample, stats } from '../../helpers/admin.tsx'
import { connection } from '../../helpers/fakeSocket.ts'
import { offline } from '../../helpers/page.tsx'

vi.mock(import('../../../src/admin/shared/admin.api.ts'), { spy: true })
vi.mock(import('../../../src/connection/socket.client.ts'), async () =>
  (await import('../../helpers/fakeSocket.ts')).fakeSocket(),
)

const api = vi.mocked(adminApi)

beforeEach(() => {
  connection.connected = true
  connection.emit.mockReset()
  api.getStats.mockResolvedValue(stats())
})

const figure = async (name: string) => (await screen.findByText(name, { selector: 'dt' })).parentElement?.textContent

describe('the overview', () => {
  test('tells how the server is doing', async () => {
    openAdmin('overview')
    expect(await figure('Online now')).toBe('Online now3of 248 people, 4 connections')
    expect(await figure('Delivery, median')).toBe('Delivery, median8 ms99% within 84 ms')
    expect(await figure('Memory')).toMatch(/200 MB/u)
    expect(await figure('Storage')).toMatch(/3 MB/u)
    expect(screen.getByText(/Parley 1\.2\.3, running since/u)).toBeInTheDocument()
  })

  test('[G] leads to the invite links', async () => {
    openAdmin('overview')
    expect(await screen.findByRole('link', { name: 'Invite people' })).toHaveAttribute('href', '/admin/sign-in')
  })

  test('watches while it is open, changes with each sample, and stops when it is left', async () => {
    const { unmount } = openAdmin('overview')
    await figure('Online now')
    expect(connection.emit.mock.calls).toEqual([['watchStats', true]])
    act(() => connection.hear('serverStats', sample({ peopleOnline: 17 })))
    expect(await figure('Online now')).toMatch(/^Online now17/u)
    unmount()
    expect(connection.emit).toHaveBeenLastCalledWith('watchStats', false)
  })

  test('watches again and fetches what it missed when the connection is back', async () => {
    openAdmin('overview')
    await figure('Online now')
    connection.disconnect()
    api.getStats.mockResolvedValue(stats({ now: sample({ peopleOnline: 9 }) }))
    connection.emit.mockReset()
    act(() => connection.connect())
    expect(await screen.findByText('9')).toBeInTheDocument()
    expect(connection.emit.mock.calls).toEqual([['watchStats', true]])
  })

  test('draws the last hour, and says it in words', async () => {
    api.getStats.mockResolvedValue(
      stats({
        history: [
          sample({ at: '2026-11-21T08:30:00.000Z', peopleOnline: 40, deliveryP50: null, deliveryP99: null }),
          sample({ at: '2026-11-21T08:45:00.000Z', peopleOnline: 2 }),
          sample(),
        ],
      }),
    )
    openAdmin('overview')
    const chart = await screen.findByRole('img', { name: /^People online in the last hour/u })
    expect(chart.querySelector('polyline')?.getAttribute('points')).toMatch(/^300,0 450,\S+ 600,/u)
    expect(chart.querySelector('desc')?.textContent).toMatch(/^People: 3 at .*, most 40 at .*, least 2 at /u)
    // Where nothing was sent there is nothing to draw.
    const delivery = screen.getByRole('img', { name: /^Delivery in the last hour/u })
    expect(delivery.querySelectorAll('polyline')).toHaveLength(2)
    expect(delivery.querySelector('polyline')?.getAttribute('points')).toMatch(/^450,/u)
  })

  test('says what is not known', async () => {
    api.getStats.mockResolvedValue(
      stats({ now: sample({ deliveryP50: null, deliveryP99: null, storageBytes: null, queueDepth: null }) }),
    )
    openAdmin('overview')
    expect(await figure('Delivery, median')).toMatch(/no message in the last minute/u)
    expect(await figure('Storage')).toMatch(/another server has it/u)
  })

  test('leads to the reports that wait', async () => {
    api.getStats.mockResolvedValue(stats({ openReports: 2 }))
    openAdmin('overview')
    expect((await screen.findByRole('link', { name: '2 open reports' })).getAttribute('href')).toBe('/admin/moderation')
  })

  test('says why there is nothing to see, and tries again', async () => {
    api.getStats.mockRejectedValueOnce(offline())
    const { keyboard } = openAdmin('overview')
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toMatch(/Could not load the figures/u)
    await keyboard.click(within(alert).getByRole('button', { name: 'Try again' }))
    expect(await figure('Online now')).toMatch(/3/u)
  })
})

describe('the scale of a chart', () => {
  test.each([
    [0, 2],
    [1, 2],
    [3, 4],
    [17, 20],
    [41, 60],
    [99, 100],
    [1000, 1000],
    [1201, 2000],
  ])('for %i ends at %i', (value, end) => {
    expect(roundedUp(value)).toBe(end)
  })
})
