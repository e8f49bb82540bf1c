import type { Attachment } from 'backend/contract'
import type { OutboxFile } from '../outbox/outbox.storage.ts'

/** A file as a message shows it. */
export interface ShownAttachment extends Attachment {
  /** Of its upload, while the message waits to be sent. */
  uploadKey?: string
}

/** A file of a message that is not with the server; what only the server finds out is missing. */
export function shownFile(waiting: OutboxFile): ShownAttachment {
  const { key, tab: _, attachment, ...file } = waiting
  return { id: key, placeholder: null, hasThumbnail: false, isAnimated: false, ...file, ...attachment, uploadKey: key }
}
