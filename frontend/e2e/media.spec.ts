import { violations } from './helpers/axe.ts'
import { findChromium } from './browser.ts'
import { expect, log, openChatWith, PHONE, send, test, type Visitor } from './fixtures.ts'
import {
  animatedGif,
  arabicName,
  empty,
  largeVideo,
  photo,
  programAsPhoto,
  realVideo,
  rotatedPhoto,
  svgWithScript,
  tone,
  transparentPng,
  type GivenFile,
} from './helpers/mediaFiles.ts'

test.use({
  launchOptions: {
    executablePath: findChromium(),
    args: [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  },
})

const tray = ({ page }: Visitor) => page.getByRole('list', { name: 'Files to send' })
const field = ({ page }: Visitor) => page.getByRole('textbox', { name: /^Message/ })

async function choose({ page }: Visitor, ...files: GivenFile[]): Promise<void> {
  await page.locator('input[data-attach]').setInputFiles(files)
}

/** Chooses files, waits until they are there, and sends them. */
async function sendFiles(visitor: Visitor, files: GivenFile[], caption = ''): Promise<void> {
  await choose(visitor, ...files)
  await expect(tray(visitor).getByRole('listitem')).toHaveCount(files.length)
  await field(visitor).fill(caption)
  await visitor.page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(tray(visitor)).toHaveCount(0)
}

const SHOTS = process.env['SHOTS']
async function look({ page }: Visitor, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` })
}

test('photos are shown upright and in their reserved place, and open large', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(yuki, 'Amara Okafor')
  await openChatWith(amara, 'Yuki Tanaka')
  await sendFiles(amara, [await rotatedPhoto(amara.page, 3000, 4000)], 'The garden today')
  await expect(log(yuki).getByText('The garden today')).toBeVisible({ timeout: 30_000 })
  const shown = log(yuki).getByRole('button', { name: /Photo by Amara Okafor: Garden.jpg/ })
  await expect(shown.locator('img')).toHaveJSProperty('complete', true)
  const box = await shown.boundingBox()
  expect((box?.width ?? 0) / (box?.height ?? 1)).toBeCloseTo(0.75, 1)
  // The sky above, the meadow below.
  const [above, below] = await shown.locator('img').evaluate((image: HTMLImageElement) => {
    const canvas = document.createElement('canvas')
    const context = canvas.getContext('2d')
    ;[canvas.width, canvas.height] = [30, 40]
    context?.drawImage(image, 0, 0, 30, 40)
    return [context?.getImageData(5, 4, 1, 1).data, context?.getImageData(5, 36, 1, 1).data].map(
      (pixel) => pixel?.[2] ?? -1,
    )
  })
  expect(above).toBeGreaterThan(180)
  expect(below).toBeLessThan(120)
  await look(yuki, 'photo')

  await sendFiles(amara, [
    await transparentPng(amara.page),
    animatedGif(),
    await photo(amara.page, 'Three.jpg', 1200, 800),
  ])
  await expect(log(yuki).getByRole('group', { name: '3 photos' })).toBeVisible({ timeout: 30_000 })
  await expect(yuki.page.getByRole('link', { name: /Amara Okafor/ })).toContainText('3 photos')
  const moving = log(yuki).getByRole('button', { name: /Animated picture by Amara Okafor: Wave.gif/ })
  await expect(moving).toBeVisible()
  await look(yuki, 'photos')

  await shown.click()
  const box2 = yuki.page.getByRole('dialog', { name: /Photo by Amara Okafor/ })
  await expect(box2).toContainText('1 of 4')
  await expect(box2.getByRole('img').first()).toHaveJSProperty('complete', true)
  await look(yuki, 'lightbox')
  await yuki.page.keyboard.press('ArrowRight')
  await expect(box2).toContainText('2 of 4')
  await box2.getByRole('button', { name: 'Next photo' }).click()
  await expect(box2).toContainText('3 of 4')
  await yuki.page.keyboard.press('+')
  await box2.locator('.lightbox-frame').dblclick()
  await yuki.page.keyboard.press('Escape')
  await expect(box2).toHaveCount(0)
  await expect(shown).toBeFocused()
})

test('what is dangerous, strange or empty is a file to be downloaded, under its name', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(yuki, 'Amara Okafor')
  await openChatWith(amara, 'Yuki Tanaka')
  await sendFiles(amara, [svgWithScript, arabicName, empty, programAsPhoto])
  for (const { name } of [svgWithScript, arabicName, empty, programAsPhoto]) {
    await expect(log(yuki).getByRole('link', { name: `Download ${name}` })).toBeVisible({ timeout: 30_000 })
  }
  await expect(yuki.page.getByRole('link', { name: /Amara Okafor/ })).toContainText('4 files')
  await look(yuki, 'files')
  for (const { name, buffer } of [svgWithScript, arabicName, empty, programAsPhoto]) {
    const coming = yuki.page.waitForEvent('download')
    await log(yuki)
      .getByRole('link', { name: `Download ${name}` })
      .click()
    const download = await coming
    expect(download.suggestedFilename()).toBe(name)
    const chunks: Buffer[] = []
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).equals(buffer)).toBe(true)
  }
  await expect(yuki.page).not.toHaveTitle(/run by svg/)
})

test('an upload goes on where the connection was cut, while one is elsewhere, and the message keeps its turn', async ({
  signUp,
}) => {
  test.setTimeout(120_000)
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await signUp('Hannah Weiss')
  await openChatWith(yuki, 'Amara Okafor')
  await openChatWith(amara, 'Hannah Weiss')
  await send(amara, 'Good morning')
  await openChatWith(amara, 'Yuki Tanaka')
  const offsets: number[] = []
  amara.page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']))
  })
  // Slow enough to be cut in the middle: 4 MB a second.
  const network = await amara.context.newCDPSession(amara.page)
  const throttled = { offline: false, latency: 10, downloadThroughput: -1, uploadThroughput: 4 * 1024 * 1024 }
  await network.send('Network.enable')
  await network.send('Network.emulateNetworkConditions', throttled)
  await choose(amara, largeVideo(48))
  await field(amara).fill('The whole match')
  await amara.page.getByRole('button', { name: 'Send', exact: true }).click()
  await send(amara, 'And a word after it')
  await expect.poll(() => offsets.length, { timeout: 30_000 }).toBeGreaterThan(1)
  await look(amara, 'uploading')

  await network.send('Network.emulateNetworkConditions', { ...throttled, offline: true })
  await amara.page.getByRole('link', { name: /Hannah Weiss/ }).click()
  await expect(log(amara).getByText('Good morning')).toBeVisible()
  await network.send('Network.emulateNetworkConditions', { ...throttled, uploadThroughput: -1 })

  await expect(log(yuki).getByText('The whole match')).toBeVisible({ timeout: 60_000 })
  await expect(log(yuki).getByText('And a word after it')).toBeVisible()
  const texts = await log(yuki).locator('.message-text').allTextContents()
  expect(texts.map((text) => text.trim())).toEqual(['The whole match', 'And a word after it'])
  // It did not begin anew.
  expect(offsets.filter((offset) => offset === 0)).toHaveLength(1)
  // A film that no browser can play is still there to be downloaded.
  await expect(log(yuki).getByRole('link', { name: 'Download Long film.mp4' })).toBeVisible()
})

test('an upload can be cancelled and removed, and a lost one is chosen again after a reload', async ({ signUp }) => {
  test.setTimeout(120_000)
  const amara = await signUp('Amara Okafor')
  await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Yuki Tanaka')
  const network = await amara.context.newCDPSession(amara.page)
  await network.send('Network.enable')
  await network.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 10,
    downloadThroughput: -1,
    uploadThroughput: 1024 * 1024,
  })
  await choose(amara, largeVideo(30), arabicName)
  await expect(tray(amara).getByRole('progressbar', { name: 'Upload of Long film.mp4' })).toBeVisible()
  await look(amara, 'tray')
  await amara.page.getByRole('button', { name: 'Cancel the upload of Long film.mp4' }).click()
  await expect(tray(amara).getByRole('listitem')).toHaveCount(1)
  await amara.page.getByRole('button', { name: `Remove ${arabicName.name}` }).click()
  await expect(tray(amara)).toHaveCount(0)

  await choose(amara, largeVideo(30))
  await field(amara).fill('Not yet')
  await amara.page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(log(amara).getByRole('button', { name: 'Cancel the upload of Long film.mp4' })).toBeVisible()
  const asked: string[] = []
  amara.page.on('dialog', (dialog) => {
    asked.push(dialog.type())
    void dialog.accept()
  })
  await amara.page.reload()
  expect(asked).toEqual(['beforeunload'])
  await expect(log(amara).getByText(/“Long film.mp4” was not uploaded before the page was closed/)).toBeVisible({
    timeout: 30_000,
  })
  await look(amara, 'lost')
  await amara.page.getByLabel('Files to send instead of the lost ones').setInputFiles(arabicName)
  await expect(log(amara).getByRole('link', { name: `Download ${arabicName.name}` })).toBeVisible({ timeout: 30_000 })
  // Whichever is seen first: the other page is open.
  await expect(log(amara).getByText(/^(Sent|Delivered)$/)).toBeAttached()
})

test('files are dropped and pasted', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  await signUp('Yuki Tanaka')
  await openChatWith(amara, 'Yuki Tanaka')
  const picture = await photo(amara.page, 'Dropped.jpg', 400, 300)
  const transfer = await amara.page.evaluateHandle(
    ({ name, bytes }) => {
      const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(bytes)], name, { type: 'image/jpeg' }))
      return data
    },
    { name: picture.name, bytes: [...picture.buffer] },
  )
  await amara.page.dispatchEvent('.drop-zone', 'dragenter', { dataTransfer: transfer })
  await expect(amara.page.getByText('Drop to send to Yuki Tanaka')).toBeVisible()
  await look(amara, 'drop')
  await amara.page.dispatchEvent('.drop-zone', 'drop', { dataTransfer: transfer })
  await expect(amara.page.getByText('Drop to send to Yuki Tanaka')).toHaveCount(0)
  await expect(tray(amara).getByText('Dropped.jpg')).toBeVisible()
  await field(amara).evaluate(
    (element, data) =>
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })),
    transfer,
  )
  await expect(tray(amara).getByRole('listitem')).toHaveCount(2)
  await amara.page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(log(amara).getByRole('group', { name: '2 photos' })).toBeVisible({ timeout: 30_000 })
})

test('video and audio play in place, one at a time', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(yuki, 'Amara Okafor')
  await openChatWith(amara, 'Yuki Tanaka')
  await sendFiles(amara, [await realVideo(amara.page), tone()])
  const video = log(yuki).locator('video')
  await expect(video).toBeVisible({ timeout: 30_000 })
  await video.evaluate((element: HTMLVideoElement) => element.play())
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(0)
  await video.evaluate((element: HTMLVideoElement) => {
    element.loop = true
  })
  await log(yuki).getByRole('button', { name: 'Play: Rehearsal.wav' }).click()
  await expect(log(yuki).getByRole('button', { name: 'Pause: Rehearsal.wav' })).toBeVisible()
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.paused)).toBe(true)
  await look(yuki, 'playing')
  await log(yuki).getByRole('slider', { name: 'Position: Rehearsal.wav' }).fill('1')
  await video.evaluate((element: HTMLVideoElement) => element.play())
  await expect(log(yuki).getByRole('button', { name: 'Play: Rehearsal.wav' })).toBeVisible()
})

test('a voice message is recorded, heard, sent and played', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor', { ...PHONE, permissions: ['microphone'] })
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(yuki, 'Amara Okafor')
  await openChatWith(amara, 'Yuki Tanaka')
  await amara.page.getByRole('button', { name: 'Record a voice message' }).click()
  await expect(amara.page.getByRole('timer')).toHaveText(/^0:0[2-9]$/, { timeout: 20_000 })
  await look(amara, 'recording')
  await amara.page.getByRole('button', { name: 'Stop and listen' }).click()
  await amara.page.getByRole('button', { name: 'Play: Your recording' }).click()
  await expect(amara.page.getByRole('button', { name: 'Pause: Your recording' })).toBeVisible()
  await look(amara, 'recorded')
  await amara.page.getByRole('button', { name: 'Send voice message' }).click()
  const play = log(yuki).getByRole('button', { name: 'Play: Voice message by Amara Okafor' })
  await expect(play).toBeVisible({ timeout: 30_000 })
  await expect(yuki.page.getByRole('link', { name: /Amara Okafor/ })).toContainText(/Voice message 0:0\d/)
  await play.click()
  await expect(log(yuki).getByRole('button', { name: 'Pause: Voice message by Amara Okafor' })).toBeVisible()
  await look(yuki, 'voice')
})

test('deleting a message takes its files away, also from who looks at them', async ({ signUp }) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(yuki, 'Amara Okafor')
  await openChatWith(amara, 'Yuki Tanaka')
  await sendFiles(amara, [await photo(amara.page, 'Mistake.jpg', 900, 600)])
  const shown = log(yuki).getByRole('button', { name: /Photo by Amara Okafor/ })
  await shown.click()
  await expect(yuki.page.getByRole('dialog')).toBeVisible()
  const source = await log(yuki).locator('.media-picture').getAttribute('src')
  await log(amara)
    .getByRole('button', { name: /Photo by you/ })
    .click({ button: 'right' })
  await amara.page.getByRole('menuitem', { name: 'Delete' }).click()
  await amara.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(log(yuki).getByText('This message was deleted')).toBeVisible()
  await expect(yuki.page.getByRole('dialog')).toHaveCount(0)
  await expect(shown).toHaveCount(0)
  const answer = await yuki.context.request.get(new URL(source ?? '', yuki.page.url()).href)
  expect(answer.status()).toBe(404)
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, options] of Object.entries({ desktop: {}, phone: PHONE })) {
    test(`axe finds nothing in messages with files, ${size}, ${colorScheme}`, async ({ signUp }) => {
      const amara = await signUp('Amara Okafor', { ...options, colorScheme, permissions: ['microphone'] })
      const yuki = await signUp('Yuki Tanaka')
      await openChatWith(yuki, 'Amara Okafor')
      await openChatWith(amara, 'Yuki Tanaka')
      await sendFiles(amara, [
        await photo(amara.page, 'One.jpg', 900, 600),
        await photo(amara.page, 'Two.jpg', 600, 900),
        await photo(amara.page, 'Three.jpg', 900, 600),
        animatedGif(),
        await transparentPng(amara.page),
      ])
      await sendFiles(yuki, [await photo(yuki.page, 'Plan.jpg', 1120, 640)], 'The plan, as it is now')
      await sendFiles(yuki, [arabicName, tone()], 'And the rest')
      await expect(log(amara).getByText('And the rest')).toBeVisible({ timeout: 30_000 })
      await expect(log(amara).getByText('Sending')).toHaveCount(0)
      await choose(amara, await photo(amara.page, 'Next.jpg', 300, 300), empty, {
        name: 'Too large.zip',
        mimeType: 'application/zip',
        buffer: Buffer.alloc(10),
      })
      await expect(tray(amara).getByRole('listitem')).toHaveCount(3)
      await expect(tray(amara).getByRole('progressbar')).toHaveCount(0)
      await look(amara, `all-${size}-${colorScheme}`)
      const found = await violations(amara.page)
      // By keyboard: the log may still move under a pointer, when a picture comes.
      await log(amara)
        .getByRole('button', { name: /Plan.jpg/ })
        .press('Enter')
      await expect(amara.page.getByRole('dialog').getByRole('img', { name: /Plan.jpg/ })).toHaveJSProperty(
        'complete',
        true,
      )
      await expect(amara.page.getByRole('dialog').getByRole('status')).toHaveCount(0)
      await look(amara, `lightbox-${size}-${colorScheme}`)
      found.push(...(await violations(amara.page)))
      await amara.page.keyboard.press('Escape')
      for (const name of ['Next.jpg', empty.name, 'Too large.zip'])
        await amara.page.getByRole('button', { name: `Remove ${name}` }).click()
      await amara.page.getByRole('button', { name: 'Record a voice message' }).click()
      await expect(amara.page.getByRole('timer')).toHaveText(/^0:0[1-9]$/, { timeout: 20_000 })
      await look(amara, `recording-${size}-${colorScheme}`)
      found.push(...(await violations(amara.page)))
      expect(found).toEqual([])
    })
  }
}
