import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl as signForCdn } from '@aws-sdk/cloudfront-signer'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { S3Config } from '../config.ts'
import { isKey, type ContentHeaders, type MediaStore } from './media.store.ts'

/** What one request deletes at most. */
const DELETE_MAX = 1000
/** Objects never change: whoever may read one may keep it, in no shared cache but the CDN's own. */
const CACHE = 'private, max-age=31536000, immutable'

/** Objects in a bucket of S3, or of what speaks its protocol. This module is loaded only where one is configured. */
export function createS3Store({
  bucket: Bucket,
  region,
  endpoint,
  forcePathStyle,
  credentials,
  cdn,
}: S3Config): MediaStore {
  const client = new S3Client({
    region,
    forcePathStyle,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
    // Checksums that not every server of the protocol takes; and a presigned PUT would be bound to that of an empty body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })

  /** @throws Error for what is no key: a fault of ours */
  function at(Key: string): { Bucket: string; Key: string } {
    if (!isKey(Key)) throw new Error(`${JSON.stringify(Key)} is not a key`)
    return { Bucket, Key }
  }

  async function head(key: string): Promise<{ size: number; etag: string | undefined } | null> {
    try {
      const { ContentLength = 0, ETag } = await client.send(new HeadObjectCommand(at(key)))
      return { size: ContentLength, etag: ETag }
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  return {
    async put(key, file, headers) {
      const { size } = await stat(file)
      await client.send(
        new PutObjectCommand({ ...at(key), Body: createReadStream(file), ContentLength: size, ...kept(headers) }),
      )
    },
    async get(key, range) {
      try {
        const { Body } = await client.send(
          new GetObjectCommand({ ...at(key), ...(range && { Range: `bytes=${range.start}-${range.end}` }) }),
        )
        return Body instanceof Readable ? Body : Readable.from([])
      } catch (error) {
        if (isMissing(error)) return null
        // Nothing lies in the range.
        if (statusOf(error) === 416) return Readable.from([])
        throw error
      }
    },
    head: async (key) => {
      const found = await head(key)
      return found && { size: found.size }
    },
    async delete(keys) {
      for (let from = 0; from < keys.length; from += DELETE_MAX) {
        const Objects = keys.slice(from, from + DELETE_MAX).map((key) => ({ Key: at(key).Key }))
        const { Errors = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
        )
        const failed = Errors.find(({ Code }) => Code !== 'NoSuchKey')
        if (failed)
          throw new Error(`${failed.Key} could not be deleted from the bucket: ${failed.Code} ${failed.Message}`)
      }
    },
    async locate(key, { contentType, disposition }, seconds) {
      if (cdn) {
        const dateLessThan = new Date(Date.now() + seconds * 1000).toISOString()
        const url = signForCdn({
          url: `${cdn.url.replace(/\/$/, '')}/${at(key).Key}`,
          keyPairId: cdn.keyPairId,
          privateKey: cdn.privateKey,
          dateLessThan,
        })
        return { kind: 'redirect', url }
      }
      const command = new GetObjectCommand({
        ...at(key),
        ResponseContentType: contentType,
        ResponseContentDisposition: disposition,
      })
      return { kind: 'redirect', url: await getSignedUrl(client, command, { expiresIn: seconds }) }
    },
    direct: {
      async sign(key, size, seconds) {
        const command = new PutObjectCommand({ ...at(key), ContentLength: size })
        // Signed, so that the bucket itself refuses a body of another length.
        return {
          url: await getSignedUrl(client, command, {
            expiresIn: seconds,
            unhoistableHeaders: new Set(['content-length']),
          }),
          headers: {},
        }
      },
      async adopt(from, to, size, headers) {
        const uploaded = await head(from)
        if (uploaded?.size !== size) return false
        await client.send(
          new CopyObjectCommand({
            ...at(to),
            CopySource: `${Bucket}/${at(from).Key}`,
            MetadataDirective: 'REPLACE',
            ...(uploaded.etag !== undefined && { CopySourceIfMatch: uploaded.etag }),
            ...kept(headers),
          }),
        )
        return true
      },
    },
    room: async () => Infinity,
    close: () => client.destroy(),
  }
}

/** Kept with the object too, since a CDN need not pass on what the address asks for. */
function kept({ contentType, disposition }: ContentHeaders) {
  return { ContentType: contentType, ContentDisposition: disposition, CacheControl: CACHE }
}

function isMissing(error: unknown): boolean {
  return statusOf(error) === 404
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined
  const metadata = error.$metadata
  return typeof metadata === 'object' &&
    metadata !== null &&
    'httpStatusCode' in metadata &&
    typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : undefined
}
