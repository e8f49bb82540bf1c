import { act, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { LIMITS } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Composer } from '../../src/composer/Composer.tsx'
import { ignoreComposedKeys } from '../../src/lib/composedKeys.ts'
import { request } from '../../src/connection/socket.client.ts'
import { useDrafts } from '../../src/drafts/drafts.store.ts'
import { useMessages } from '../../src/timeline/messages.store.ts'
import { conversation, user } from '../generators/index.ts'
import { signIn } from '../helpers/chat.tsx'

vi.mock(import('../../src/connection/socket.client.ts'), { spy: true })

const chat = conversation({ peer: user({ fullName: 'Kofi Boateng' }), lastMessage: null })
let ownId = ''

beforeEach(() => {
  vi.stubGlobal('CSS', { supports: () => true })
  vi.mocked(request)
    .mockReset()
    .mockReturnValue(new Promise(() => {}))
  ownId = signIn().id
})

const show = () => render(<Composer conversation={chat} ownId={ownId} onEditLast={() => {}} />)
const textbox = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message Kofi' })
const sent = () => useMessages.getState().timelines[chat.id]?.pending.map(({ text }) => text) ?? []
const write = (text: string) => act(() => useDrafts.getState().setDraft(chat.id, text))
const clipboardData = (text: string) => ({ clipboardData: { files: [], getData: () => text } })
const touch = () =>
  vi.stubGlobal('matchMedia', (media: string) => ({
    media,
    matches: true,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))

describe('the composer', () => {
  test('has the focus, sends by Enter, and keeps the focus [UX11]', async () => {
    show()
    expect(document.activeElement).toBe(textbox())
    await userEvent.keyboard('  Good morning {Enter}')
    expect(sent()).toEqual(['Good morning'])
    expect(textbox().value).toBe('')
    expect(document.activeElement).toBe(textbox())
  })

  test('breaks the line by Shift+Enter', async () => {
    show()
    await userEvent.keyboard('One{Shift>}{Enter}{/Shift}two')
    expect(textbox().value).toBe('One\ntwo')
    expect(sent()).toEqual([])
  })

  test('leaves Enter to an input method that is composing a word [UX11]', async () => {
    const end = ignoreComposedKeys()
    show()
    await userEvent.keyboard('おはよう')
    fireEvent.keyDown(textbox(), { key: 'Enter', isComposing: true })
    fireEvent.keyDown(textbox(), { key: 'Enter', keyCode: 229 })
    expect(sent()).toEqual([])
    fireEvent.keyDown(textbox(), { key: 'Enter' })
    expect(sent()).toEqual(['おはよう'])
    end()
  })

  test('on a touch screen neither opens the keyboard by itself nor sends by Enter, but by its button', async () => {
    touch()
    show()
    expect(document.activeElement).not.toBe(textbox())
    await userEvent.type(textbox(), 'One{Enter}two')
    expect(sent()).toEqual([])
    await userEvent.click(screen.getByRole('button', { name: 'Send' }))
    expect(sent()).toEqual(['One\ntwo'])
    expect(document.activeElement).toBe(textbox())
  })

  test('sends nothing when nothing or only space was written', async () => {
    show()
    await userEvent.keyboard('{Enter}   {Shift>}{Enter}{/Shift}{Enter}')
    expect(sent()).toEqual([])
  })

  test('keeps the draft of a conversation, also over a reload [UX13]', async () => {
    const { unmount } = show()
    await userEvent.keyboard('Half a thought')
    unmount()
    expect(localStorage.getItem(`parley.drafts.${ownId}.${chat.id}`)).toContain('Half a thought')
    show()
    expect(textbox().value).toBe('Half a thought')
    await userEvent.keyboard('{Enter}')
    expect(useDrafts.getState().drafts[chat.id]).toBeUndefined()
  })

  test('counts down near the limit and refuses what is longer, in a sentence, counting characters and not their halves', async () => {
    show()
    write('a'.repeat(LIMITS.messageMax - 201))
    expect(screen.queryByText(/characters left/u)).toBeNull()
    write('😀'.repeat(LIMITS.messageMax))
    expect(screen.getByText('0 characters left')).toBeInTheDocument()
    write('😀'.repeat(LIMITS.messageMax + 5))
    await userEvent.keyboard('{Enter}')
    expect(sent()).toEqual([])
    expect(screen.getByRole('alert').textContent).toMatch(/^Not sent\. .* Shorten it by 5/u)
    expect(textbox().getAttribute('aria-invalid')).toBe('true')
    write('😀'.repeat(LIMITS.messageMax))
    await userEvent.keyboard('{Enter}')
    expect(sent()).toHaveLength(1)
  })

  test('[E16] says at once that a pasted text is too long, and refuses one that would stop the page', () => {
    show()
    const input = (text: string) => {
      textbox().value = ''
      fireEvent.input(textbox(), { target: { value: text }, inputType: 'insertFromPaste' })
    }
    expect(fireEvent.paste(textbox(), clipboardData('a'.repeat(LIMITS.messageMax + 5)))).toBe(true)
    input('a'.repeat(LIMITS.messageMax + 5))
    expect(screen.getByRole('alert').textContent).toMatch(/^ A message can have .* Shorten it by 5/u)
    expect(fireEvent.paste(textbox(), clipboardData('a'.repeat(2_000_000)))).toBe(false)
    expect(screen.getByText(/^Not pasted\. .* Send it as a file\.$/u)).toBeInTheDocument()
  })

  test('[E16] keeps the caret when another tab changes the draft', async () => {
    show()
    await userEvent.keyboard('Half a thought')
    textbox().setSelectionRange(4, 4)
    fireEvent.select(textbox())
    write('Half a thought, and more')
    expect([textbox().selectionStart, textbox().selectionEnd]).toEqual([4, 4])
    expect(textbox().dir).toBe('ltr')
  })
})
