import { act, fireEvent, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { Attachment, Conversation } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { LightboxHost } from '../../src/attachments/LightboxHost.tsx'
import { closeLightbox } from '../../src/attachments/lightbox.store.ts'
import { PictureCropper } from '../../src/pictures/PictureCropper.tsx'
import * as api from '../../src/uploads/upload.api.ts'
import { useUploads } from '../../src/uploads/uploads.store.ts'
import { conversation, message } from '../generators/index.ts'
import { attachment, file } from '../generators/media.ts'
import { arrive, hold, openPane, settle, signIn } from '../helpers/chat.tsx'
import { giveLayout } from '../helpers/layout.ts'

const server = vi.mocked(api)
let chat: Conversation

beforeEach(() => {
  giveLayout()
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:here', revokeObjectURL: () => {} }))
  HTMLMediaElement.prototype.load = () => {}
  useUploads.getState().forget()
  act(closeLightbox)
  signIn()
  chat = conversation()
  server.uploadAllowance.mockResolvedValue({ fileMax: 1024, remaining: null, quota: null })
  server.startUpload.mockReturnValue(new Promise(() => {}))
  server.cancelUpload.mockResolvedValue(undefined)
})

const from = (attachments: Attachment[], given: Parameters<typeof message>[0] = {}) =>
  message({ conversationId: chat.id, senderId: chat.peer?.id ?? '', text: '', attachments, ...given })

async function show(...messages: ReturnType<typeof message>[]) {
  const placed = messages.map((one, index) => message({ ...one, seq: index + 1, rev: index + 1 }))
  hold({ ...chat, lastSeq: placed.length, readSeq: placed.length }, placed)
  await openPane(chat.id)
}

const choose = (...files: File[]) =>
  fireEvent.change(screen.getByLabelText('Files to send', { selector: 'input' }), { target: { files } })
const paste = (files: File[], text: string) =>
  fireEvent.paste(screen.getByRole('textbox'), { clipboardData: { files, getData: () => text } })

describe('attachments of a message', () => {
  test('a photo keeps its room before it is loaded, and says who sent it', async () => {
    await show(from([attachment({ name: 'Garden.jpg', width: 3000, height: 4000 })]))
    const photo = screen.getByRole('button', { name: `Photo by ${chat.peer?.fullName}: Garden.jpg` })
    const picture = photo.querySelector('img')
    expect([picture?.getAttribute('width'), picture?.getAttribute('height')]).toEqual(['315', '420'])
    expect(picture?.getAttribute('src')).toMatch(/\/thumbnail$/)
    expect(picture?.getAttribute('srcset')).toMatch(/thumbnail 300w, .*preview 1200w/)
  })

  test.each([
    [0, 1],
    [640, 0],
  ])(
    '[F] a video of which the browser shows %d pixels in a row has %d notes that it cannot be played',
    async (videoWidth, notes) => {
      vi.spyOn(HTMLVideoElement.prototype, 'videoWidth', 'get').mockReturnValue(videoWidth)
      await show(from([attachment({ kind: 'video', name: 'Trip.mov' })]))
      fireEvent.loadedMetadata(screen.getByLabelText(`Video by ${chat.peer?.fullName}: Trip.mov`))
      expect(screen.queryAllByText('Cannot be played here', { exact: false })).toHaveLength(notes)
    },
  )

  test('more than four photos are a grid, and the rest a number', async () => {
    await show(from(Array.from({ length: 6 }, () => attachment())))
    const grid = screen.getByRole('group', { name: '6 photos' })
    expect(within(grid).getAllByRole('button')).toHaveLength(4)
    expect(within(grid).getByText('+3')).toBeInTheDocument()
  })

  test('what cannot be shown is downloaded under its name: an SVG, and what only calls itself a photo', async () => {
    await show(
      from([
        attachment({ kind: 'file', name: 'Logo.svg', mimeType: 'image/svg+xml' }),
        attachment({ kind: 'image', name: 'odd.tiff', hasThumbnail: false }),
      ]),
    )
    for (const name of ['Logo.svg', 'odd.tiff']) {
      const link = screen.getByRole('link', { name: `Download ${name}` })
      expect(link.getAttribute('download')).toBe(name)
      expect(link.getAttribute('href')).toMatch(/^\/api\/media\/[0-9a-f]+\/original\?download=1$/)
    }
    expect(document.querySelector('img')).toBeNull()
  })

  test('a voice note has its waveform, its length, and a place that can be moved by keys', async () => {
    await show(
      from([
        attachment({
          kind: 'audio',
          isVoice: true,
          durationSeconds: 34,
          waveform: [0, 50, 100],
          name: 'Voice message.webm',
        }),
      ]),
    )
    const voice = screen.getByRole('group', { name: `Voice message by ${chat.peer?.fullName}` })
    expect(within(voice).getByText('0:34')).toBeInTheDocument()
    expect(within(voice).getByRole('slider').getAttribute('aria-valuetext')).toBe('0 seconds of 34 seconds')
    expect(voice.querySelectorAll('rect')).toHaveLength(56)
  })

  test('a deleted message has none', async () => {
    const sent = from([attachment()])
    await show(sent)
    expect(screen.getByRole('button', { name: /Photo by/ })).toBeInTheDocument()
    arrive(from([], { ...sent, attachments: [], seq: 1, rev: 2, deletedAt: '2026-11-21T10:00:00Z' }))
    await settle()
    expect(screen.queryByRole('button', { name: /Photo by/ })).toBeNull()
    expect(within(screen.getByRole('log')).getByText('This message was deleted')).toBeInTheDocument()
  })
})

describe('the lightbox', () => {
  test('leads through the photos of the conversation by keys, and gives the focus back', async () => {
    const keyboard = userEvent.setup()
    await show(
      from([attachment({ name: 'one.jpg' }), attachment({ name: 'two.jpg' })]),
      from([attachment({ name: 'three.jpg' })]),
    )
    render(<LightboxHost />)
    const opener = screen.getByRole('button', { name: /two.jpg/ })
    opener.focus()
    await keyboard.click(opener)
    const box = await screen.findByRole('dialog')
    expect(box.textContent).toContain('2 of 3')
    fireEvent.keyDown(box, { key: 'ArrowRight' })
    expect(box.textContent).toContain('3 of 3')
    expect(screen.queryByRole('button', { name: 'Next photo' })).toBeNull()
    fireEvent.keyDown(box, { key: 'ArrowLeft' })
    fireEvent.keyDown(box, { key: 'ArrowLeft' })
    expect(box.textContent).toContain('1 of 3')
    expect(screen.getByRole('link', { name: 'Download one.jpg' }).getAttribute('href')).toMatch(/original\?download=1$/)
    fireEvent.keyDown(box, { key: 'Escape' })
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(document.activeElement).toBe(opener)
  })
})

describe('the composer', () => {
  test('shows what was chosen with its size and progress, and takes it away again', async () => {
    const keyboard = userEvent.setup()
    await show(from([]))
    choose(file('notes.txt', 512))
    const item = await screen.findByRole('listitem')
    expect(item.textContent).toContain('notes.txt512 bytes')
    expect(await screen.findByRole('progressbar', { name: 'Upload of notes.txt' })).toBeInTheDocument()
    await keyboard.click(screen.getByRole('button', { name: 'Cancel the upload of notes.txt' }))
    expect(screen.queryByRole('listitem')).toBeNull()
  })

  test('says of a file that is too large what the limit is, and does not send the message without it', async () => {
    const keyboard = userEvent.setup()
    await show(from([]))
    choose(file('film.mp4', 4096, 'video/mp4'))
    expect(await screen.findByText('The file has 4 kB. A file can have at most 1 kB.')).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: /again/ })).toBeNull()
    await keyboard.type(screen.getByRole('textbox'), 'Look{Enter}')
    expect(screen.getByRole<HTMLTextAreaElement>('textbox').value).toBe('Look')
    expect(screen.getByRole('list', { name: 'Files to send' })).toBeInTheDocument()
  })

  test('sends files without a word, and the message shows how far they are', async () => {
    const keyboard = userEvent.setup()
    await show(from([]))
    expect(screen.getByRole('button', { name: 'Record a voice message' })).toBeInTheDocument()
    choose(file('notes.txt', 512))
    await screen.findByRole('listitem')
    await keyboard.click(screen.getByRole('button', { name: 'Send' }))
    await settle()
    expect(screen.queryByRole('list', { name: 'Files to send' })).toBeNull()
    expect(
      within(screen.getByRole('log')).getByRole('button', { name: 'Cancel the upload of notes.txt' }),
    ).toBeInTheDocument()
  })

  test('takes files that are pasted, but not the picture of a text', async () => {
    await show(from([]))
    paste([file('image.png', 10, 'image/png')], 'A cell of a table')
    await settle()
    expect(screen.queryByRole('list', { name: 'Files to send' })).toBeNull()
    paste([file('image.png', 10, 'image/png')], '')
    expect(await screen.findByText('image.png')).toBeInTheDocument()
  })

  test.each([
    ['NotAllowedError', 'The microphone is not allowed.'],
    ['NotFoundError', 'No microphone was found.'],
    ['NotReadableError', 'The microphone could not be used.'],
  ])('tells why nothing is recorded: %s', async (name, words) => {
    const keyboard = userEvent.setup()
    vi.stubGlobal('isSecureContext', true)
    vi.stubGlobal('MediaRecorder', vi.fn())
    vi.stubGlobal(
      'navigator',
      Object.assign(Object.create(navigator), {
        mediaDevices: { getUserMedia: () => Promise.reject(new DOMException('no', name)) },
      }),
    )
    await show(from([]))
    await keyboard.click(screen.getByRole('button', { name: 'Record a voice message' }))
    expect((await screen.findByRole('alert')).textContent).toContain(words)
    await keyboard.click(screen.getByRole('button', { name: 'Close' }))
    expect(screen.getByRole('textbox')).toBeInTheDocument()
  })
})

describe('the cropper', () => {
  test('answers the square that was chosen with keys and the slider', () => {
    const onCropped = vi.fn<(crop: unknown) => void>()
    const { container } = render(
      <PictureCropper file={file('me.jpg', 10, 'image/jpeg')} onCropped={onCropped} onCancel={() => {}} />,
    )
    const picture = container.querySelector('img')
    if (!picture) throw new Error('no picture')
    Object.defineProperties(picture, { naturalWidth: { value: 400 }, naturalHeight: { value: 200 } })
    fireEvent.load(picture)
    fireEvent.change(screen.getByRole('slider', { name: 'Zoom' }), { target: { value: '2' } })
    fireEvent.keyDown(screen.getByRole('group'), { key: 'ArrowRight', shiftKey: true })
    fireEvent.click(screen.getByRole('button', { name: 'Use picture' }))
    expect(onCropped).toHaveBeenCalledWith({ x: 0.425, y: 0.25, size: 0.5 })
  })

  test('says so when it is no picture', () => {
    const { container } = render(
      <PictureCropper file={file('me.jpg', 10, 'image/jpeg')} onCropped={() => {}} onCancel={() => {}} />,
    )
    const picture = container.querySelector('img')
    if (picture) fireEvent.error(picture)
    expect(screen.getByText('This is not a picture')).toBeInTheDocument()
  })
})
