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

/** The most objects that one request can delete. */
const DELETE_MAX = 1000
/** Objects never change, so a browser may keep them. Shared caches may not, except the CDN's own. */
const CACHE = 'private, max-age=31536000, immutable'

/** Creates a store in a bucket of S3 or a compatible service. The module is loaded only when a bucket is configured. */
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
    // Not every compatible server takes these checksums, and a presigned PUT would be bound to the checksum of an empty
    // body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })

  /** Returns the address of a key. @throws Error when the text is no key */
  function addressOf(Key: string): { Bucket: string; Key: string } {
    if (!isKey(Key)) throw new Error(`${JSON.stringify(Key)} is not a key`)
    return { Bucket, Key }
  }

  async function head(key: string): Promise<{ size: number; etag: string | undefined } | null> {
    try {
      const { ContentLength = 0, ETag } = await client.send(new HeadObjectCommand(addressOf(key)))
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
        new PutObjectCommand({
          ...addressOf(key),
          Body: createReadStream(file),
          ContentLength: size,
          ...storedHeaders(headers),
        }),
      )
    },
    async get(key, range) {
      try {
        const { Body } = await client.send(
          new GetObjectCommand({ ...addressOf(key), ...(range && { Range: `bytes=${range.start}-${range.end}` }) }),
        )
        return Body instanceof Readable ? Body : Readable.from([])
      } catch (error) {
        if (isMissing(error)) return null
        // The range is beyond the end.
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
        const Objects = keys.slice(from, from + DELETE_MAX).map((key) => ({ Key: addressOf(key).Key }))
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
          url: `${cdn.url.replace(/\/$/, '')}/${addressOf(key).Key}`,
          keyPairId: cdn.keyPairId,
          privateKey: cdn.privateKey,
          dateLessThan,
        })
        return { kind: 'redirect', url }
      }
      const command = new GetObjectCommand({
        ...addressOf(key),
        ResponseContentType: contentType,
        ResponseContentDisposition: disposition,
      })
      return { kind: 'redirect', url: await getSignedUrl(client, command, { expiresIn: seconds }) }
    },
    direct: {
      async sign(key, size, seconds) {
        const command = new PutObjectCommand({ ...addressOf(key), ContentLength: size })
        // The length is signed, so the bucket itself refuses a body of another length.
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
            ...addressOf(to),
            CopySource: `${Bucket}/${addressOf(from).Key}`,
            MetadataDirective: 'REPLACE',
            ...(uploaded.etag !== undefined && { CopySourceIfMatch: uploaded.etag }),
            ...storedHeaders(headers),
          }),
        )
        return true
      },
    },
    room: async () => Infinity,
    close: () => client.destroy(),
  }
}

/** Returns the headers to store with the object: a CDN need not pass on those of the address. */
function storedHeaders({ contentType, disposition }: ContentHeaders) {
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
