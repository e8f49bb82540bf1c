import type { Attachment } from 'backend/contract'
import type { OutboxFile } from '../outbox/outbox.storage.ts'

/** A file as a message shows it. */
export interface ShownAttachment extends Attachment {
  /** Key of its upload while the message waits. */
  uploadKey?: string
}

/** Converts a file of a waiting message. It lacks what only the server finds out. */
export function shownFile(waiting: OutboxFile): ShownAttachment {
  const { key, tab: _, attachment, ...file } = waiting
  return { id: key, placeholder: null, hasThumbnail: false, isAnimated: false, ...file, ...attachment, uploadKey: key }
}
