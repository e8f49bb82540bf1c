import { S3_SERVER, startS3 } from '../../backend/test/media/s3Server.ts'
import { expect, log, openChatWith, test as base } from './fixtures.ts'
import { arabicName, photo, tone } from './helpers/mediaFiles.ts'
import { startRealServer } from './server.ts'

const test = base.extend({
  server: async ({}, use) => {
    const { config, stop } = await startS3('*')
    const server = await startRealServer({
      S3_BUCKET: config.bucket,
      S3_REGION: config.region,
      S3_ENDPOINT: config.endpoint ?? '',
      S3_FORCE_PATH_STYLE: 'true',
      S3_ACCESS_KEY_ID: config.credentials?.accessKeyId ?? '',
      S3_SECRET_ACCESS_KEY: config.credentials?.secretAccessKey ?? '',
    })
    await use(server)
    await server.remove()
    await stop()
  },
})

test.skip(S3_SERVER === undefined, 'S3_SERVER names no program that serves S3')

test('with media in a bucket, the page sends them there itself and gets them from there', async ({
  signUp,
  server,
}) => {
  const amara = await signUp('Amara Okafor')
  const yuki = await signUp('Yuki Tanaka')
  await openChatWith(yuki, 'Amara Okafor')
  await openChatWith(amara, 'Yuki Tanaka')
  const puts: string[] = []
  amara.page.on('request', (request) => {
    if (request.method() === 'PUT') puts.push(new URL(request.url()).origin)
  })
  await amara.page
    .locator('input[data-attach]')
    .setInputFiles([await photo(amara.page, 'Plan.jpg', 1120, 640), arabicName, tone()])
  await expect(amara.page.getByRole('list', { name: 'Files to send' }).getByRole('listitem')).toHaveCount(3)
  await amara.page.getByRole('textbox', { name: /^Message/ }).fill('From the bucket')
  await amara.page.keyboard.press('Enter')

  await expect(log(yuki).getByText('From the bucket')).toBeVisible({ timeout: 30_000 })
  const picture = log(yuki).locator('.media-picture')
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0))
    .toBe(true)
  await log(yuki)
    .getByRole('button', { name: /^Play: / })
    .click()
  await expect(log(yuki).getByRole('button', { name: /^Pause: / })).toBeVisible()
  const [saved] = await Promise.all([
    yuki.page.waitForEvent('download'),
    log(yuki)
      .getByRole('link', { name: `Download ${arabicName.name}` })
      .click(),
  ])
  expect(saved.suggestedFilename()).toBe(arabicName.name)
  expect(new Set(puts).size).toBe(1)
  expect(puts).toHaveLength(3)
  expect(puts[0]).not.toBe(new URL(server.url).origin)
})
