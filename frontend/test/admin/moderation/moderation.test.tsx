import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as adminApi from '../../../src/admin/shared/admin.api.ts'
import { user } from '../../generators/index.ts'
import { adminUser, nearby, openAdmin, report, settings } from '../../helpers/admin.tsx'
import { offline, refusal } from '../../helpers/page.tsx'

vi.mock(import('../../../src/admin/shared/admin.api.ts'), { spy: true })

const api = vi.mocked(adminApi)
const insult = report()

beforeEach(() => {
  api.listReports.mockImplementation(async ({ state }) => ({
    items: state === 'open' ? [insult] : [],
    nextCursor: null,
  }))
  api.getSettings.mockResolvedValue(settings({ words: [{ word: 'spam*', action: 'refuse' }] }))
})

const card = async () => within(await screen.findByRole('article', { name: /Mateo Fernández/u }))

describe('the reports', () => {
  test('show who wrote what, and who reported it and why', async () => {
    openAdmin('moderation')
    const shown = await card()
    expect(shown.getByText('You are all fools')).toBeInTheDocument()
    expect(shown.getByText('Kofi Boateng').parentElement?.parentElement?.textContent).toBe('Kofi Boateng: Not kind')
    expect(shown.getByText('Message 7 of a conversation that you are not in')).toBeInTheDocument()
  })

  test('of the word filter and of a person are told from those of a message', async () => {
    api.listReports.mockResolvedValue({
      items: [report({ reporter: null, seq: null, conversationId: null, text: null })],
      nextCursor: null,
    })
    openAdmin('moderation')
    const shown = await card()
    expect(shown.getByText('The person was reported')).toBeInTheDocument()
    expect(shown.getByText(/The word filter/u)).toBeInTheDocument()
    expect(shown.queryByRole('button', { name: 'Delete message' })).toBeNull()
    expect(shown.queryByRole('button', { name: /around/u })).toBeNull()
  })

  test('are resolved in their place, and reopened', async () => {
    const { admin, keyboard } = openAdmin('moderation')
    api.changeReport.mockResolvedValueOnce({
      ...insult,
      state: 'resolved',
      resolvedBy: user({ ...admin }),
      resolvedAt: '2026-11-21T10:00:00Z',
    })
    await keyboard.click((await card()).getByRole('button', { name: 'Resolve' }))
    expect(api.changeReport).toHaveBeenCalledExactlyOnceWith(insult.id, { state: 'resolved' })
    expect((await (await card()).findByRole('status')).textContent).toMatch(/^Resolved by Ingrid Sørensen/u)
    api.changeReport.mockResolvedValueOnce(insult)
    await keyboard.click((await card()).getByRole('button', { name: 'Reopen' }))
    expect(api.changeReport).toHaveBeenLastCalledWith(insult.id, { state: 'open' })
    expect(await (await card()).findByRole('button', { name: 'Resolve' })).toBeInTheDocument()
  })

  test('that could not be resolved say why, in their place', async () => {
    api.changeReport.mockRejectedValue(offline())
    const { keyboard } = openAdmin('moderation')
    await keyboard.click((await card()).getByRole('button', { name: 'Resolve' }))
    expect((await (await card()).findByRole('alert')).textContent).toMatch(/^Not changed\. No connection/u)
  })

  test('take a note, which a failure does not lose', async () => {
    api.changeReport.mockRejectedValueOnce(offline())
    const { keyboard } = openAdmin('moderation')
    await keyboard.click((await card()).getByRole('button', { name: 'Add a note' }))
    await keyboard.type(screen.getByLabelText('Note'), 'Spoke to him')
    await keyboard.click(screen.getByRole('button', { name: 'Save note' }))
    expect((await screen.findByRole('alert')).textContent).toMatch(/^Not saved\./u)
    expect(screen.getByLabelText('Note')).toHaveProperty('value', 'Spoke to him')
    api.changeReport.mockResolvedValueOnce({ ...insult, note: 'Spoke to him' })
    await keyboard.click(screen.getByRole('button', { name: 'Save note' }))
    expect(api.changeReport).toHaveBeenLastCalledWith(insult.id, { note: 'Spoke to him', fromRevision: 0 })
    expect(await screen.findByRole('button', { name: 'Edit note' })).toBeInTheDocument()
  })

  test('[E1] whose note another admin edited meanwhile show both notes, and save only when asked to', async () => {
    const { keyboard } = openAdmin('moderation')
    await keyboard.click(await (await card()).findByRole('button', { name: 'Add a note' }))
    await keyboard.type(screen.getByRole('textbox', { name: 'Note' }), 'Mine')
    const params = { text: 'Theirs', revision: 3 }
    api.changeReport.mockRejectedValueOnce(
      refusal({ status: 409, code: 'outdated_revision', reason: 'note_edited', params }),
    )
    await keyboard.click(screen.getByRole('button', { name: 'Save note' }))
    expect(await screen.findByText('Theirs')).toBeInTheDocument()
    await keyboard.click(screen.getByRole('button', { name: 'Keep my text' }))
    api.changeReport.mockResolvedValueOnce({ ...insult, note: 'Mine', noteRevision: 4 })
    await keyboard.click(screen.getByRole('button', { name: 'Save note' }))
    expect(api.changeReport).toHaveBeenLastCalledWith(insult.id, { note: 'Mine', fromRevision: 3 })
  })

  test('lead to deleting the message, after a question', async () => {
    api.deleteReportedMessage.mockResolvedValue(insult)
    const { keyboard } = openAdmin('moderation')
    await keyboard.click((await card()).getByRole('button', { name: 'Delete message' }))
    expect(api.deleteReportedMessage).not.toHaveBeenCalled()
    await keyboard.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete message' }))
    expect(api.deleteReportedMessage).toHaveBeenCalledExactlyOnceWith(insult.id)
    expect(await screen.findByText('The message is deleted.')).toBeInTheDocument()
  })

  test('of a message that was deleted say so, and offer no deletion', async () => {
    api.listReports.mockResolvedValue({ items: [report({ isMessageGone: true })], nextCursor: null })
    openAdmin('moderation')
    const shown = await card()
    expect(shown.getByText('The message was deleted. This report keeps its text.')).toBeDefined()
    expect(shown.queryByRole('button', { name: 'Delete message' })).toBeNull()
  })

  test('lead to muting the author', async () => {
    api.muteUser.mockResolvedValue(adminUser())
    const { keyboard } = openAdmin('moderation')
    await keyboard.click((await card()).getByRole('button', { name: 'Mute' }))
    await keyboard.click(
      within(screen.getByRole('dialog', { name: 'Mute Mateo Fernández?' })).getByRole('button', { name: 'Mute' }),
    )
    expect(api.muteUser).toHaveBeenCalledExactlyOnceWith(insult.user.id, { seconds: 3600 })
  })

  test('show what was around the message, and nothing before they are asked', async () => {
    const [mateo, kofi] = [insult.user, user({ fullName: 'Kofi Boateng' })]
    api.reportContext.mockResolvedValue({
      seq: 7,
      items: [
        nearby({ seq: 5, kind: 'system', sender: kofi, event: { kind: 'added', userIds: [mateo.id], memberCount: 3 } }),
        nearby({
          seq: 6,
          sender: kofi,
          text: 'Who has the key?',
          files: ['door.jpg'],
          editedAt: '2026-11-21T09:01:00Z',
        }),
        nearby({ seq: 7, sender: mateo, deletedAt: '2026-11-21T09:05:00Z' }),
        nearby({ seq: 8, sender: kofi, deletedAt: '2026-11-21T09:05:00Z', isArchived: true }),
        nearby({ seq: 9, sender: kofi, text: 'Please stop', isHiddenFromSome: true }),
      ],
    })
    const { keyboard } = openAdmin('moderation')
    const shown = await card()
    expect(api.reportContext).not.toHaveBeenCalled()
    await keyboard.click(shown.getByRole('button', { name: 'Show the messages around it' }))
    expect(api.reportContext).toHaveBeenCalledExactlyOnceWith(insult.id)
    const lines = within(await shown.findByRole('region', { name: 'The messages around it' })).getAllByRole('listitem')
    expect(lines.map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^Kofi Boateng added Mateo Fernández · /u),
      expect.stringMatching(/^Kofi Boateng.*EditedWho has the key\?Files: door\.jpg$/u),
      expect.stringMatching(/^Mateo Fernández.*ReportedThis message was deleted$/u),
      expect.stringMatching(/^Kofi Boateng.*This message was archived$/u),
      expect.stringMatching(/^Kofi Boateng.*Did not reach everybodyPlease stop$/u),
    ])
    expect(shown.getByText('The audit log records that you looked.')).toBeInTheDocument()
    await keyboard.click(shown.getByRole('button', { name: 'Hide the messages around it' }))
    expect(shown.queryByText('Please stop')).toBeNull()
  })

  test('say why what was around the message cannot be shown, and try again', async () => {
    api.reportContext
      .mockRejectedValueOnce(offline())
      .mockResolvedValueOnce({ seq: 7, items: [nearby({ seq: 7, text: 'You are all fools' })] })
    const { keyboard } = openAdmin('moderation')
    const shown = await card()
    await keyboard.click(shown.getByRole('button', { name: 'Show the messages around it' }))
    expect((await shown.findByRole('alert')).textContent).toMatch(
      /^Could not load the messages around it\. No connection/u,
    )
    await keyboard.click(shown.getByRole('button', { name: 'Try again' }))
    expect(await shown.findByText(/The conversation has no other messages\./u)).toBeInTheDocument()
  })

  test('of a conversation that is gone have nothing around them', async () => {
    api.reportContext.mockResolvedValue({ seq: 7, items: [] })
    const { keyboard } = openAdmin('moderation')
    await keyboard.click((await card()).getByRole('button', { name: 'Show the messages around it' }))
    expect(await screen.findByText(/The conversation is gone/u)).toBeInTheDocument()
  })

  test('that are resolved are kept apart', async () => {
    const { keyboard } = openAdmin('moderation')
    await card()
    await keyboard.click(screen.getByRole('radio', { name: 'Resolved' }))
    expect(await screen.findByText('Nothing was resolved yet')).toBeInTheDocument()
  })

  test('that cannot be loaded say why', async () => {
    api.listReports.mockRejectedValue(refusal({ detail: 'The server is resting.' }))
    openAdmin('moderation')
    expect((await screen.findByRole('alert')).textContent).toMatch(
      /Could not load the reports.*The server is resting\./u,
    )
  })
})

async function openFilter() {
  const opened = openAdmin('moderation')
  await opened.keyboard.click(screen.getByRole('radio', { name: 'Word filter' }))
  await screen.findByRole('list', { name: 'Filtered words' })
  return opened
}

describe('the word filter', () => {
  test('takes another word with what happens by it', async () => {
    const { keyboard } = await openFilter()
    const words = [
      { word: 'spam*', action: 'refuse' as const },
      { word: 'buy now', action: 'report' as const },
    ]
    api.changeSettings.mockResolvedValue(settings({ words }))
    await keyboard.type(screen.getByLabelText('Word or words'), ' buy now ')
    await keyboard.selectOptions(screen.getByLabelText('What happens'), 'Report it')
    await keyboard.click(screen.getByRole('button', { name: 'Add' }))
    expect(api.changeSettings).toHaveBeenCalledExactlyOnceWith({ words, fromRevision: 0 })
    expect(await screen.findByText('buy now')).toBeInTheDocument()
    expect(screen.getByLabelText('Word or words')).toHaveProperty('value', '')
  })

  test.each([
    ['   ', 'Type a word.'],
    ['*', 'Type a word.'],
    ['SPAM*', 'It is in the list already.'],
    ['sp*m', 'A * works only at the end.'],
  ])('does not take "%s": %s', async (word, why) => {
    const { keyboard } = await openFilter()
    await keyboard.type(screen.getByLabelText('Word or words'), word)
    await keyboard.click(screen.getByRole('button', { name: 'Add' }))
    expect(screen.getByText(why)).toBeInTheDocument()
    expect(api.changeSettings).not.toHaveBeenCalled()
  })

  test('keeps a word that could not be saved in its field', async () => {
    const { keyboard } = await openFilter()
    api.changeSettings.mockRejectedValue(offline())
    await keyboard.type(screen.getByLabelText('Word or words'), 'junk')
    await keyboard.click(screen.getByRole('button', { name: 'Add' }))
    expect((await screen.findByRole('alert')).textContent).toMatch(/^Not saved\./u)
    expect(screen.getByLabelText('Word or words')).toHaveProperty('value', 'junk')
  })

  test('changes what happens by a word, and forgets it', async () => {
    const { keyboard } = await openFilter()
    api.changeSettings.mockResolvedValueOnce(settings({ words: [{ word: 'spam*', action: 'report' }] }))
    await keyboard.selectOptions(screen.getByLabelText('What happens with spam*'), 'Report it')
    expect(api.changeSettings).toHaveBeenLastCalledWith({
      words: [{ word: 'spam*', action: 'report' }],
      fromRevision: 0,
    })
    api.changeSettings.mockResolvedValueOnce(settings())
    await waitFor(() => expect(screen.getByLabelText('What happens with spam*')).toHaveProperty('value', 'report'))
    await keyboard.click(screen.getByRole('button', { name: 'Remove spam*' }))
    expect(api.changeSettings).toHaveBeenLastCalledWith({ words: [], fromRevision: 0 })
    expect(await screen.findByText('No words yet.')).toBeInTheDocument()
  })
})
