import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type {
  AdminReport,
  AdminUser,
  ReportedMessage,
  ServerSample,
  VersionedSettings,
  ServerStats,
} from 'backend/contract'
import { MemoryRouter, Route, Routes } from 'react-router'
import { vi } from 'vitest'
import { Toasts } from '../../src/ui/Toasts.tsx'
import { dismissToast, useToasts } from '../../src/ui/toast.store.ts'
import { AdminPage } from '../../src/admin/AdminPage.tsx'
import { id, ownUser, user } from '../generators/index.ts'
import { signIn } from './chat.tsx'

/** Opens a view of the admin panel, as an admin. The file that uses it spies on `lib/adminApi.ts`. */
export function openAdmin(view: string, width: 'wide' | 'tablet' | 'phone' = 'wide') {
  giveWidth(width)
  const admin = signIn({ role: 'admin', fullName: 'Ingrid Sørensen' })
  for (const toast of useToasts.getState().toasts) dismissToast(toast.id)
  const page = render(
    <MemoryRouter initialEntries={[`/admin/${view}`]}>
      <Routes>
        <Route path="/admin/*" element={<AdminPage />} />
        <Route path="*" element={<p>Elsewhere</p>} />
      </Routes>
      <Toasts />
    </MemoryRouter>,
  )
  return { admin, keyboard: userEvent.setup(), ...page }
}

const WIDTHS = { wide: 80, tablet: 50, phone: 24 } as const

/** Answers the media queries that ask for a width in rem. */
function giveWidth(width: keyof typeof WIDTHS): void {
  vi.stubGlobal('matchMedia', (media: string) => {
    const [, sign, limit] = /\(width (>=|<) (\d+)rem\)/u.exec(media) ?? []
    const matches =
      sign === undefined ? false : sign === '<' ? WIDTHS[width] < Number(limit) : WIDTHS[width] >= Number(limit)
    return { media, matches, addEventListener: () => {}, removeEventListener: () => {} }
  })
}

/** Whatever stands at the end of a list is in view at once. */
export function seeEverything(): void {
  class Observer {
    private readonly told: (entries: { isIntersecting: boolean }[]) => void
    constructor(told: (entries: { isIntersecting: boolean }[]) => void) {
      this.told = told
    }
    observe(): void {
      queueMicrotask(() => this.told([{ isIntersecting: true }]))
    }
    disconnect(): void {}
  }
  vi.stubGlobal('IntersectionObserver', Observer)
}

export function adminUser(given: Partial<AdminUser> = {}): AdminUser {
  const { hidesReadReceipts: _hides, profileRevision: _revision, ...person } = ownUser()
  return { ...person, state: 'active', ...given }
}

export function report(given: Partial<AdminReport> = {}): AdminReport {
  return {
    id: id(),
    reporter: user({ fullName: 'Kofi Boateng' }),
    user: user({ fullName: 'Mateo Fernández' }),
    conversationId: id(),
    seq: 7,
    text: 'You are all fools',
    reason: 'Not kind',
    createdAt: '2026-11-21T09:00:00.000Z',
    state: 'open',
    resolvedBy: null,
    resolvedAt: null,
    note: '',
    noteRevision: 0,
    isMessageGone: false,
    ...given,
  }
}

/** A message near a reported one. */
export function nearby(given: Partial<ReportedMessage> = {}): ReportedMessage {
  return {
    seq: 1,
    kind: 'user',
    event: null,
    sender: user(),
    title: null,
    text: '',
    files: [],
    createdAt: '2026-11-21T09:00:00.000Z',
    editedAt: null,
    deletedAt: null,
    isArchived: false,
    isHiddenFromSome: false,
    ...given,
  }
}

export function settings(given: Partial<VersionedSettings> = {}): VersionedSettings {
  const forEver = { days: null, action: 'archive' } as const
  return {
    registration: { mode: 'open', domains: [] },
    words: [],
    retention: { direct: forEver, group: forEver, broadcast: forEver },
    maintenance: null,
    revisions: { registration: 0, words: 0, retention: 0, maintenance: 0 },
    ...given,
  }
}

export function sample(given: Partial<ServerSample> = {}): ServerSample {
  return {
    at: '2026-11-21T09:00:00.000Z',
    peopleOnline: 3,
    connections: 4,
    messagesPerMinute: 12,
    deliveryP50: 8,
    deliveryP99: 84,
    memoryBytes: 200 * 1024 ** 2,
    storageBytes: 3 * 1024 ** 2,
    queueDepth: 0,
    ...given,
  }
}

export function stats(given: Partial<ServerStats> = {}): ServerStats {
  return {
    version: '1.2.3',
    startedAt: '2026-11-20T08:00:00.000Z',
    people: 248,
    openReports: 0,
    now: sample(),
    history: [sample()],
    ...given,
  }
}
