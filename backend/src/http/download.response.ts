import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import type { Download } from '../lib/download.ts'

/** Streams `pieces` as a download, at the speed of the client: they are never in memory all at once. */
export async function sendPieces(
  res: Response,
  type: string,
  name: string,
  pieces: AsyncIterable<string>,
): Promise<void> {
  res.attachment(name).type(`${type}; charset=utf-8`)
  await pipeline(pieces, res)
}

/** Streams a file as a download. `Content-Length` lets the browser show progress. */
export async function sendDownload(res: Response, type: string, { name, bytes, content }: Download): Promise<void> {
  res.attachment(name).type(type).set('Content-Length', String(bytes))
  await pipeline(content, res)
}
