import { expect, it } from 'vitest'
import { person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { fetchAs, original, send, upload } from '../media/files.ts'
import { animatedGif, photo, program, scriptedSvg, transparentPng, wav, webm } from '../media/samples.ts'

const ARABIC = 'صورة العائلة (١).png'

it('real files get the type of their content, whatever their names, and both users can read them', async () => {
  const server = await startServer()
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const image = { kind: 'image', hasThumbnail: true, placeholder: expect.stringMatching(/^[A-Za-z0-9+/=]+$/) }
  const file = {
    kind: 'file',
    hasThumbnail: false,
    placeholder: null,
    width: null,
    height: null,
    isVoice: false,
    waveform: null,
  }
  const samples: [string, Buffer, object, object][] = [
    [
      'IMG_0001.JPG',
      await photo(),
      {},
      { ...image, mimeType: 'image/jpeg', width: 3000, height: 4000, isAnimated: false },
    ],
    [ARABIC, await transparentPng(), {}, { ...image, name: ARABIC, mimeType: 'image/png', width: 600, height: 300 }],
    [
      'dance.gif',
      await animatedGif(),
      {},
      { ...image, mimeType: 'image/gif', width: 500, height: 250, isAnimated: true },
    ],
    ['logo.svg', scriptedSvg, {}, { ...file, mimeType: 'application/octet-stream' }],
    [
      'page.png',
      Buffer.from('<!doctype html><script>alert(1)</script>'),
      {},
      { ...file, mimeType: 'application/octet-stream' },
    ],
    ['holiday.jpg', program, { width: 10, height: 10 }, { ...file, mimeType: 'application/x-elf' }],
    [
      'broken.png',
      Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      {},
      { ...file, mimeType: 'application/octet-stream' },
    ],
    ['empty.txt', Buffer.alloc(0), {}, { ...file, size: 0, mimeType: 'application/octet-stream' }],
    [
      'note.webm',
      webm('A_OPUS'),
      { isVoice: true, durationSeconds: 2.5, waveform: [0, 50, 100] },
      { kind: 'audio', mimeType: 'audio/webm', isVoice: true, durationSeconds: 2.5, waveform: [0, 50, 100] },
    ],
    [
      'song.webm',
      webm('A_OPUS'),
      { waveform: [1] },
      { kind: 'audio', mimeType: 'audio/webm', isVoice: false, waveform: null },
    ],
    [
      'film.webm',
      webm('V_VP8'),
      { width: 640, height: 360, durationSeconds: 9 },
      { kind: 'video', mimeType: 'video/webm', width: 640, height: 360, durationSeconds: 9 },
    ],
    ['beep.wav', wav(), { durationSeconds: 1 }, { kind: 'audio', mimeType: 'audio/wav', durationSeconds: 1 }],
  ]
  for (const [name, content, said, expected] of samples) {
    const attachment = await upload(server, ada, name, content, said)
    expect(attachment).toMatchObject({ size: content.length, ...expected })
    const message = await send(ada, { receiverId: ben.id }, [attachment])
    expect(message).toMatchObject({ text: '', attachments: [attachment] })
    const [seen] = (await ben.get(`/api/messages/${message.conversationId}?limit=1`)).body.items
    expect(seen.attachments).toEqual([attachment])
    const answer = await fetchAs(server, ben, original(attachment))
    expect([name, answer.status]).toEqual([name, 200])
    const got = Buffer.from(await answer.arrayBuffer())
    if (name === 'IMG_0001.JPG')
      expect([got.length, got.includes('canary-of-the-metadata')]).toEqual([content.length, false])
    else expect(got.equals(content)).toBe(true)
    for (const variant of ['thumbnail', 'preview']) {
      const small = await fetchAs(server, ben, `/api/media/${attachment.id}/${variant}`)
      expect([name, small.status, small.headers.get('content-type')]).toEqual([
        name,
        ...(attachment.hasThumbnail ? [200, 'image/webp'] : [404, 'application/problem+json; charset=utf-8']),
      ])
    }
  }
}, 60_000)

it('a file that a browser could run is served as bytes to save, and no code in any file can run', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const dangerous = [
    ['logo.svg', scriptedSvg],
    ['holiday.jpg', program],
    ['a.html', Buffer.from('<script>1</script>')],
    ['a.pdf', Buffer.from('%PDF-1.7\n')],
    ['a.xml', Buffer.from('<?xml version="1.0"?><a/>')],
  ] as const
  for (const [name, content] of dangerous) {
    const { headers } = await fetchAs(server, ada, original(await upload(server, ada, name, content)))
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      'application/octet-stream',
      `attachment; filename="${name}"; filename*=UTF-8''${name}`,
    ])
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
  const { headers } = await fetchAs(
    server,
    ada,
    original(await upload(server, ada, ARABIC, await transparentPng(20, 20))),
  )
  expect(headers.get('content-type')).toBe('image/png')
  expect(headers.get('content-disposition')).toBe(
    `inline; filename="____ _______ (_).png"; filename*=UTF-8''${encodeURIComponent(ARABIC).replace('(', '%28').replace(')', '%29')}`,
  )
  expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
  expect(headers.get('cache-control')).toBe('private, max-age=3600')
})

it.each([
  ['/etc/passwd', 'passwd'],
  [String.raw`C:\Users\ada\notes.txt`, 'notes.txt'],
  ['..', 'file'],
  ['', 'file'],
  ['a\r\nSet-Cookie: x=1.txt', 'aSet-Cookie_ x=1.txt'],
  ['photo\u202egpj.exe', 'photogpj.exe'],
  ['a"b.txt', 'a_b.txt'],
  [`${'x'.repeat(251)}.txt`, `${'x'.repeat(233)}….txt`],
])('the name %j becomes %j and arrives complete', async (given, name) => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const attachment = await upload(server, ada, given, Buffer.from('x'))
  expect(attachment.name).toBe(name)
  const { headers } = await fetchAs(server, ada, original(attachment))
  expect(headers.get('set-cookie')).toBeNull()
  expect(decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(headers.get('content-disposition') ?? '')?.[1] ?? '')).toBe(
    name,
  )
})

it('parts can be requested, as players do, and a browser need not load an unchanged file again', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const path = original(await upload(server, ada, 'digits.bin', Buffer.from('0123456789')))
  const part = await fetchAs(server, ada, path, { range: 'bytes=2-4' })
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234'])
  expect(await (await fetchAs(server, ada, path, { range: 'bytes=-3' })).text()).toBe('789')
  expect((await fetchAs(server, ada, path, { range: 'bytes=10-' })).status).toBe(416)
  const etag = (await fetchAs(server, ada, path)).headers.get('etag') ?? ''
  expect((await fetchAs(server, ada, path, { 'if-none-match': etag, 'cache-control': 'max-age=0' })).status).toBe(304)
  const head = await fetch(server.url + path, {
    method: 'HEAD',
    headers: { cookie: `parley_access=${ada.accessToken}` },
  })
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '10'])
})

it('a message has up to ten attachments, in the order of their ids', async () => {
  const server = await startServer()
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const files = []
  for (let index = 0; index < 11; index += 1)
    files.push(await upload(server, ada, `${index}.txt`, Buffer.from(String(index))))
  const message = await send(ada, { receiverId: ben.id }, files.slice(0, 10).toReversed(), 'With a caption')
  expect(message.text).toBe('With a caption')
  expect(message.attachments.map(({ name }) => name)).toEqual([
    '9.txt',
    '8.txt',
    '7.txt',
    '6.txt',
    '5.txt',
    '4.txt',
    '3.txt',
    '2.txt',
    '1.txt',
    '0.txt',
  ])
  const refused = async (input: object) =>
    (await ada.post('/api/messages', { receiverId: ben.id, text: '', clientMessageId: 'x', ...input })).body
  expect(await refused({ attachmentIds: files.map(({ id }) => id) })).toMatchObject({
    code: 'invalid_input',
    errors: [{ field: 'attachmentIds' }],
  })
  expect(await refused({ attachmentIds: [files[10]!.id, files[10]!.id] })).toMatchObject({
    code: 'invalid_input',
    errors: [{ field: 'attachmentIds' }],
  })
  expect(await refused({ attachmentIds: [] })).toMatchObject({ code: 'invalid_input', errors: [{ field: 'text' }] })
})

it('an attachment is sent once, and a repeat of the message returns the first one, also when it was deleted', async () => {
  const server = await startServer()
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const file = await upload(server, ada, 'a.txt', Buffer.from('a'))
  const input = { receiverId: ben.id, text: '', attachmentIds: [file.id], clientMessageId: 'one' }
  const { body: message } = await ada.post('/api/messages', input)
  expect((await ada.post('/api/messages', input)).body).toEqual(message)
  expect((await ada.post('/api/messages', { ...input, clientMessageId: 'two' })).body.code).toBe(
    'attachment_unavailable',
  )
  // The attachment of another user cannot be sent either.
  expect((await ben.post('/api/messages', { ...input, receiverId: ada.id })).body.code).toBe('attachment_unavailable')
  expect(
    (await ben.post('/api/messages', { ...input, receiverId: ada.id, attachmentIds: ['0'.repeat(24)] })).body.code,
  ).toBe('attachment_unavailable')
  await ada.delete(`/api/messages/${message.conversationId}/${message.seq}`)
  expect((await ada.post('/api/messages', input)).body).toMatchObject({
    id: message.id,
    attachments: [],
    deletedAt: expect.any(String),
  })
})

it('the text of a message with attachments can be removed, without attachments it cannot', async () => {
  const server = await startServer()
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const message = await send(
    ada,
    { receiverId: ben.id },
    [await upload(server, ada, 'a.txt', Buffer.from('a'))],
    'Look',
  )
  const { body } = await ada.patch(`/api/messages/${message.conversationId}/${message.seq}`, {
    text: '',
    clientEditId: 'e',
  })
  expect(body).toMatchObject({ text: '', attachments: message.attachments, editedAt: expect.any(String) })
  const plain = await send(ada, { receiverId: ben.id }, [], 'Words')
  expect(
    (await ada.patch(`/api/messages/${plain.conversationId}/${plain.seq}`, { text: ' ', clientEditId: 'e' })).body,
  ).toMatchObject({ code: 'invalid_input', errors: [{ field: 'text' }] })
})
