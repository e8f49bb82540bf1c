import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { LIMITS, type Broadcast, type EditDraftInput } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { useToasts } from '../../../src/ui/toast.store.ts'
import { groupsById, listGroups } from '../../../src/admin/shared/admin.api.ts'
import { searchUsers } from '../../../src/people/people.api.ts'
import * as realApi from '../../../src/admin/broadcasts/shared/broadcast.api.ts'
import { useSession } from '../../../src/accounts/session.store.ts'
import { useBroadcasts } from '../../../src/admin/broadcasts/shared/broadcasts.store.ts'
import { useUploads, type UploadItem } from '../../../src/uploads/uploads.store.ts'
import { adminGroup, counts, draft, pageOf } from '../../generators/broadcasts.ts'
import { id, user } from '../../generators/index.ts'
import { openAdmin } from '../../helpers/broadcasts.tsx'
import { signIn } from '../../helpers/chat.tsx'
import { Deferred } from '../../helpers/deferred.ts'
import { connection } from '../../helpers/fakeSocket.ts'
import { offline, refusal } from '../../helpers/page.tsx'

vi.mock(import('../../../src/admin/shared/admin.api.ts'), { spy: true })
vi.mock(import('../../../src/admin/broadcasts/shared/broadcast.api.ts'), { spy: true })
vi.mock(import('../../../src/connection/socket.client.ts'), async () =>
  (await import('../../helpers/fakeSocket.ts')).fakeSocket(),
)

const api = vi.mocked(realApi)
/** What stands for the server. */
let kept: Record<string, Broadcast> = {}

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  vi.setSystemTime('2026-11-21T09:00:00Z')
  vi.resetAllMocks()
  connection.reset()
  // Ends what an earlier test has left open.
  useSession.setState({ user: null })
  signIn({ role: 'admin' })
  useBroadcasts.setState(useBroadcasts.getInitialState(), true)
  kept = {}
  vi.mocked(groupsById).mockResolvedValue({ items: [], nextCursor: null })
  api.listBroadcasts.mockResolvedValue(pageOf([]))
  api.ledgerCounts.mockResolvedValue(counts())
  api.listLedger.mockResolvedValue({ items: [], nextCursor: null })
  api.createDraft.mockImplementation(async (input) => keep(draft(contentOf(input))))
  api.editDraft.mockImplementation(async (id, input) => keep({ ...of(id), ...contentOf(input), state: 'draft' }))
  api.getBroadcast.mockImplementation(async (id) => of(id))
  api.deleteDraft.mockResolvedValue(undefined)
  api.previewCount.mockResolvedValue({ recipients: 14 })
  api.sendBroadcast.mockImplementation(async (id) =>
    keep({
      ...of(id),
      state: of(id).sendAt ? 'scheduled' : 'sent',
      sentAt: of(id).sendAt ? null : new Date().toISOString(),
    }),
  )
})

function keep(broadcast: Broadcast): Broadcast {
  kept[broadcast.id] = broadcast
  return broadcast
}

function of(id: string): Broadcast {
  const broadcast = kept[id]
  if (!broadcast) throw refusal({ status: 404, code: 'not_found', detail: 'There is no such broadcast.' })
  return broadcast
}

/** Undefined is what the server leaves as it is. */
function contentOf(input: EditDraftInput): Partial<Broadcast> {
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => value !== undefined && name !== 'attachmentIds'),
  )
}

const open = (path = '/admin/broadcasts/new') => openAdmin(path)
const title = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Title (optional)' })
const text = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' })
const preview = () => within(screen.getByRole('region', { name: 'Preview' })).getByRole('article')
const press = (name: RegExp | string) => userEvent.click(screen.getAllByRole('button', { name })[0] ?? document.body)
const choose = (group: string, name: string) =>
  userEvent.click(within(screen.getByRole('radiogroup', { name: group })).getByRole('radio', { name }))
const dialog = () => within(screen.getByRole('dialog'))
const words = () => screen.getByRole('heading', { level: 1 }).parentElement?.textContent
const idle = () => act(() => vi.advanceTimersByTimeAsync(2100))

async function write(): Promise<void> {
  fireEvent.change(title(), { target: { value: 'Water off today' } })
  fireEvent.change(text(), { target: { value: 'From 13:00 to 15:30.' } })
}

describe('a new broadcast', () => {
  test('is previewed as it is written', async () => {
    open()
    await write()
    expect(within(preview()).getByRole('heading', { name: 'Water off today' })).toBeInTheDocument()
    expect(preview().textContent).toContain('From 13:00 to 15:30.')
  })

  test('is saved once one has stopped writing, under one address from then on', async () => {
    open()
    await write()
    expect(api.createDraft).not.toHaveBeenCalled()
    expect(words()).toContain('Not saved yet')
    await idle()
    expect(api.createDraft).toHaveBeenCalledOnce()
    expect(api.createDraft).toHaveBeenCalledWith(
      expect.objectContaining({
        title: 'Water off today',
        text: 'From 13:00 to 15:30.',
        audience: { kind: 'everybody' },
        sendAt: null,
      }),
    )
    expect(words()).toMatch(/Draft saved \d\d:\d\d/u)
    fireEvent.change(title(), { target: { value: 'Water on again' } })
    await idle()
    expect(api.createDraft).toHaveBeenCalledOnce()
    expect(api.editDraft).toHaveBeenCalledWith(
      Object.keys(kept)[0],
      expect.objectContaining({ title: 'Water on again' }),
    )
    expect(localStorage.length).toBe(0)
  })

  test('keeps the focus and what was typed when the server answers', async () => {
    const answer = new Deferred<Broadcast>()
    api.createDraft.mockReturnValue(answer.promise)
    open()
    await write()
    text().focus()
    await idle()
    fireEvent.change(text(), { target: { value: 'From 13:00 to 16:00.' } })
    const first = keep(draft({ text: 'From 13:00 to 15:30.' }))
    await act(async () => answer.resolve(first))
    expect(text().value).toBe('From 13:00 to 16:00.')
    expect(document.activeElement).toBe(text())
    await idle()
    expect(api.editDraft).toHaveBeenCalledWith(first.id, expect.objectContaining({ text: 'From 13:00 to 16:00.' }))
  })

  test('[E1] that another admin changed meanwhile shows both texts, and is saved only when asked to', async () => {
    open()
    await write()
    await idle()
    const [id = ''] = Object.keys(kept)
    const theirs = keep({ ...of(id), text: 'From 9 on.', draftRevision: 2 })
    api.editDraft.mockRejectedValueOnce(refusal({ status: 409, code: 'outdated_revision' }))
    fireEvent.change(text(), { target: { value: 'From 13:00 on.' } })
    await idle()
    expect(await screen.findByText(/From 9 on\./u)).toBeInTheDocument()
    await idle()
    expect(api.editDraft).toHaveBeenCalledOnce()
    expect(kept[id]).toEqual(theirs)
    await press('Keep my text')
    await idle()
    expect(api.editDraft).toHaveBeenLastCalledWith(
      id,
      expect.objectContaining({ text: 'From 13:00 on.', fromRevision: 2 }),
    )
  })

  test('that is blank is not saved', async () => {
    open()
    fireEvent.change(text(), { target: { value: ' ' } })
    await idle()
    expect(api.createDraft).not.toHaveBeenCalled()
    expect(localStorage.length).toBe(0)
  })

  test('is on this device as long as there is no connection, and saved when it is back', async () => {
    api.createDraft.mockRejectedValueOnce(offline())
    open()
    await write()
    await idle()
    expect(screen.getByText('No connection. The draft stays on this device until it is back.')).toBeInTheDocument()
    expect(localStorage.length).toBe(1)
    await act(() => vi.advanceTimersByTimeAsync(2100))
    expect(words()).toContain('Draft saved')
    expect(localStorage.length).toBe(0)
  })

  test('is one draft though the answer to its beginning was lost', async () => {
    api.createDraft.mockImplementationOnce(async (input) => {
      const begun = keep(draft({ ...contentOf(input), createdBy: useSession.getState().user?.id ?? '' }))
      // The server answers a repeat with the first draft.
      api.createDraft.mockResolvedValueOnce(begun)
      throw offline()
    })
    open()
    await write()
    await idle()
    fireEvent.change(text(), { target: { value: 'From 13:00 to 17:00.' } })
    await idle()
    await waitFor(() => expect(words()).toContain('Draft saved'))
    expect(Object.values(kept).map((each) => each.text)).toEqual(['From 13:00 to 17:00.'])
  })

  test('is there again after a reload without a connection', async () => {
    api.createDraft.mockRejectedValue(offline())
    const { unmount } = open()
    await write()
    await idle()
    unmount()
    // What the reload takes away; the one who is signed in stays.
    const user = useSession.getState().user
    useSession.setState({ user: null })
    useSession.setState({ user })
    open()
    expect(title().value).toBe('Water off today')
    expect(text().value).toBe('From 13:00 to 15:30.')
  })

  test('that the server refuses to save says why', async () => {
    api.createDraft.mockRejectedValue(refusal({ status: 400, code: 'invalid_input', detail: 'title: is not decent' }))
    open()
    await write()
    await idle()
    expect(screen.getByText('Not saved: title: is not decent')).toBeInTheDocument()
  })

  test('is sent after a question that says how many get it, then shows what becomes of it', async () => {
    open()
    await write()
    await press(/^Send/u)
    expect(await dialog().findByText('14 people')).toBeInTheDocument()
    expect(dialog().getByText(/It cannot be taken back\./u)).toBeInTheDocument()
    expect(api.sendBroadcast).not.toHaveBeenCalled()
    await userEvent.click(dialog().getByRole('button', { name: 'Send to 14 people' }))
    expect(api.sendBroadcast).toHaveBeenCalledWith(Object.keys(kept)[0], { fromRevision: 0 })
    expect(await screen.findByRole('heading', { name: 'Broadcast', level: 1 })).toBeInTheDocument()
    expect(useToasts.getState().toasts.at(-1)?.text).toBe('Sent.')
    expect(localStorage.length).toBe(0)
  })

  test('sent again after its answer was lost is the same one', async () => {
    api.sendBroadcast.mockImplementationOnce(async (id) => {
      keep({ ...of(id), state: 'sent', sentAt: new Date().toISOString() })
      throw offline()
    })
    api.sendBroadcast.mockRejectedValueOnce(refusal({ status: 409, code: 'broadcast_state', detail: 'It was sent.' }))
    open()
    await write()
    await press(/^Send/u)
    await userEvent.click(await dialog().findByRole('button', { name: 'Send to 14 people' }))
    expect((await dialog().findByRole('alert')).textContent).toBe('No connection to the server.')
    await userEvent.click(dialog().getByRole('button', { name: 'Send to 14 people' }))
    expect(await screen.findByRole('heading', { name: 'Broadcast', level: 1 })).toBeInTheDocument()
  })

  test('without recipients is not sent', async () => {
    api.previewCount.mockResolvedValue({ recipients: 0 })
    open()
    await write()
    await press(/^Send/u)
    expect(await dialog().findByText('No one would get it. Choose another audience.')).toBeInTheDocument()
    expect(dialog().queryByRole('button', { name: /^Send/u })).toBeNull()
  })

  test('without words is not sent; the field says why and has the focus', async () => {
    open()
    await press(/^Send/u)
    expect(screen.getByText('Write a message first.')).toBeInTheDocument()
    expect(document.activeElement).toBe(text())
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('with a title that is too long says by how much, and keeps the rest on this device', async () => {
    open()
    fireEvent.change(title(), { target: { value: '😀'.repeat(LIMITS.titleMax + 2) } })
    fireEvent.change(text(), { target: { value: 'x' } })
    await press(/^Send/u)
    expect(screen.getByText('Shorten the title by 2 characters.')).toBeInTheDocument()
    expect(document.activeElement).toBe(title())
    await idle()
    expect(words()).toContain('The rest is on this device')
    expect(localStorage.length).toBe(1)
  })

  test('is deleted only after a question', async () => {
    open()
    await write()
    await idle()
    await press('Delete draft')
    await userEvent.click(dialog().getByRole('button', { name: 'Keep it' }))
    expect(title().value).toBe('Water off today')
    await press('Delete draft')
    await userEvent.click(dialog().getByRole('button', { name: 'Delete' }))
    expect(api.deleteDraft).toHaveBeenCalledWith(Object.keys(kept)[0])
    expect(await screen.findByText('Nothing sent yet')).toBeInTheDocument()
    expect(localStorage.length).toBe(0)
  })

  test('goes on being saved after one has left the form', async () => {
    api.createDraft.mockRejectedValueOnce(offline())
    const { unmount } = open()
    await write()
    unmount()
    await idle()
    await idle()
    expect(Object.values(kept)[0]?.title).toBe('Water off today')
    expect(localStorage.length).toBe(0)
  })
})

describe('the formatting of a broadcast', () => {
  test('goes around what is selected, by a button or by keys', async () => {
    open()
    fireEvent.change(text(), { target: { value: 'Gate B at nine' } })
    text().setSelectionRange(0, 6)
    await press(/^Bold/u)
    expect(text().value).toBe('**Gate B** at nine')
    text().focus()
    text().setSelectionRange(14, 18)
    await userEvent.keyboard('{Control>}i{/Control}')
    expect(text().value).toBe('**Gate B** at _nine_')
  })
})

describe('the audience of a broadcast', () => {
  test('can be roles', async () => {
    open()
    await write()
    await choose('Audience', 'Roles')
    await press(/^Send/u)
    expect(screen.getByText('Choose at least one.')).toBeInTheDocument()
    await userEvent.click(screen.getByRole('checkbox', { name: 'Members' }))
    await idle()
    expect(Object.values(kept)[0]?.audience).toEqual({ kind: 'roles', roles: ['member'] })
    expect(await screen.findByText(/^14 people would get it now\./u)).toBeInTheDocument()
  })

  test('can be any groups, found by name at the server, whether one is in them or not', async () => {
    const rooms = [adminGroup({ name: 'Year 3 parents' }), adminGroup({ name: 'Choir' })]
    vi.mocked(listGroups).mockImplementation(async ({ q }) => ({
      items: rooms.filter(({ name }) => name.toLowerCase().startsWith(q ?? '')),
      nextCursor: null,
    }))
    open()
    await write()
    await choose('Audience', 'Groups')
    await press('Choose groups')
    expect((await dialog().findAllByRole('checkbox')).map((box) => box.closest('label')?.textContent)).toEqual([
      // The letters of the picture come first.
      'CChoir12 people',
      'YPYear 3 parents12 people',
    ])
    await userEvent.type(dialog().getByRole('searchbox'), 'year')
    await waitFor(() => expect(dialog().getAllByRole('checkbox')).toHaveLength(1))
    await userEvent.click(dialog().getByRole('checkbox', { name: /Year 3 parents/u }))
    await userEvent.click(dialog().getByRole('button', { name: 'Done' }))
    expect(screen.getByRole('button', { name: 'Remove Year 3 parents' })).toBeInTheDocument()
    await idle()
    expect(Object.values(kept)[0]?.audience).toEqual({ kind: 'groups', ids: [rooms[0]?.id] })
  })

  test('says why the groups could not be loaded, and tries again', async () => {
    vi.mocked(listGroups)
      .mockRejectedValueOnce(refusal({ detail: 'The server is resting.' }))
      .mockResolvedValue({ items: [adminGroup({ name: 'Choir' })], nextCursor: null })
    open()
    await write()
    await choose('Audience', 'Groups')
    await press('Choose groups')
    expect(await dialog().findByText('The server is resting.')).toBeInTheDocument()
    await userEvent.click(dialog().getByRole('button', { name: 'Try again' }))
    expect(await dialog().findByRole('checkbox', { name: /Choir/u })).toBeInTheDocument()
  })

  test('can be people, and is remembered while another kind is looked at', async () => {
    const grace = user({ fullName: 'Grace Mensah' })
    vi.mocked(searchUsers).mockResolvedValue({ items: [grace], nextCursor: null })
    open()
    await write()
    await choose('Audience', 'People')
    await press('Choose people')
    await userEvent.click(await dialog().findByRole('checkbox', { name: /Grace Mensah/u }))
    await userEvent.click(dialog().getByRole('button', { name: 'Done' }))
    await choose('Audience', 'Everybody')
    await choose('Audience', 'People')
    expect(screen.getByRole('button', { name: 'Remove Grace Mensah' })).toBeInTheDocument()
    await idle()
    expect(Object.values(kept)[0]?.audience).toEqual({ kind: 'people', ids: [grace.id] })
  })
})

describe('the time of a broadcast', () => {
  test('is meant by the clocks of the zone that was chosen', async () => {
    open()
    await write()
    await choose('When', 'At a time')
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Time zone' }), 'America/New_York')
    fireEvent.change(screen.getByLabelText('Send at'), { target: { value: '2027-03-15T08:30' } })
    await press('Schedule')
    expect(await dialog().findByText(/on .*15 March 2027|on .*March 15, 2027/u)).toBeInTheDocument()
    await userEvent.click(dialog().getByRole('button', { name: 'Schedule' }))
    // Summer time began there the day before.
    expect(Object.values(kept)[0]).toMatchObject({
      sendAt: '2027-03-15T12:30:00.000Z',
      timeZone: 'America/New_York',
      state: 'scheduled',
    })
    expect(await screen.findByRole('button', { name: 'Do not send it' })).toBeInTheDocument()
  })

  test('must lie ahead, and before it expires', async () => {
    open()
    await write()
    await choose('When', 'At a time')
    fireEvent.change(screen.getByLabelText('Send at'), { target: { value: '2020-01-01T08:00' } })
    await press('Schedule')
    expect(screen.getByText('That is in the past.')).toBeInTheDocument()
    expect(document.activeElement).toBe(screen.getByLabelText('Send at'))
    fireEvent.change(screen.getByLabelText('Send at'), { target: { value: '2027-01-02T08:00' } })
    await userEvent.click(screen.getByRole('switch', { name: 'It expires' }))
    fireEvent.change(screen.getByLabelText('Expires at'), { target: { value: '2027-01-01T08:00' } })
    await press('Schedule')
    expect(screen.getByText('It must expire after it is sent.')).toBeInTheDocument()
  })
})

describe('the files of a broadcast', () => {
  test('belong to the draft as soon as they are uploaded', async () => {
    const attachment = {
      id: id(),
      kind: 'file' as const,
      name: 'menu.pdf',
      size: 1200,
      mimeType: 'application/pdf',
      width: null,
      height: null,
      placeholder: null,
      hasThumbnail: false,
      isAnimated: false,
      durationSeconds: null,
      waveform: null,
      isVoice: false,
    }
    open()
    await write()
    await userEvent.upload(screen.getByLabelText('Files to attach'), new File(['x'], 'menu.pdf'))
    const [item] = Object.values(useUploads.getState().items)
    await press(/^Send/u)
    expect(screen.getByText('Some files are not uploaded yet. Wait for them, or remove them.')).toBeInTheDocument()
    act(() =>
      useUploads.setState(({ items }) => ({
        items: { ...items, [item?.key ?? '']: { ...item, state: 'done', attachment } as UploadItem },
      })),
    )
    expect(screen.getByRole('button', { name: 'Remove menu.pdf' })).toBeInTheDocument()
    await idle()
    expect(api.createDraft).toHaveBeenCalledWith(expect.objectContaining({ attachmentIds: [attachment.id] }))
    await press('Remove menu.pdf')
    await idle()
    await waitFor(() =>
      expect(api.editDraft).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ attachmentIds: [] })),
    )
  })
})

describe('a draft', () => {
  test('is opened as the server has it', async () => {
    const saved = keep(
      draft({
        title: 'December menu',
        needsAcknowledgement: true,
        sendAt: '2026-12-01T16:00:00.000Z',
        timeZone: 'Asia/Tokyo',
      }),
    )
    open(`/admin/broadcasts/${saved.id}/edit`)
    expect(await screen.findByDisplayValue('December menu')).toBeInTheDocument()
    expect(screen.getByLabelText<HTMLInputElement>('Send at').value).toBe('2026-12-02T01:00')
    expect(screen.getByRole<HTMLInputElement>('switch', { name: 'Ask people to acknowledge' }).checked).toBe(true)
  })

  test('that another admin has deleted meanwhile says so', async () => {
    open('/admin/broadcasts/0123456789abcdef01234567/edit')
    expect(await screen.findByText('This draft is gone')).toBeInTheDocument()
  })

  test('that another admin deletes during the writing is saved as a new one', async () => {
    const saved = keep(draft())
    open(`/admin/broadcasts/${saved.id}/edit`)
    await screen.findByDisplayValue(saved.title)
    kept = {}
    fireEvent.change(title(), { target: { value: 'Not lost' } })
    await idle()
    await idle()
    expect(Object.values(kept)[0]?.title).toBe('Not lost')
  })
})
