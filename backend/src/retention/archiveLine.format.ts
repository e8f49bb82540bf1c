import { Types } from 'mongoose'
import { z } from 'zod'
import type { MessageRecord } from '../models/message.model.ts'

/** One line of an archive. It begins with what a reader wants to know, and ends with what a restore needs. */
const lineSchema = z.object({
  at: z.iso.datetime(),
  conversation: z.string(),
  from: z.string(),
  title: z.string().nullable(),
  text: z.string(),
  attachments: z.array(z.object({ name: z.string(), type: z.string(), bytes: z.number() })),
  editedAt: z.iso.datetime().nullable(),
  edits: z.array(z.object({ text: z.string(), writtenAt: z.iso.datetime(), clientEditId: z.string() })),
  conversationId: z.string().regex(/^[0-9a-f]{24}$/),
  seq: z.int(),
  rev: z.int(),
  senderId: z.string().regex(/^[0-9a-f]{24}$/),
  clientMessageId: z.string(),
})

export type ArchiveLine = z.output<typeof lineSchema>

/** Makes the line of a message. @param conversation the name of the group, or of the two users */
export function toLine(record: MessageRecord, conversation: string, from: string): string {
  const line: ArchiveLine = {
    at: record.createdAt.toISOString(),
    conversation,
    from,
    title: record.title,
    text: record.text,
    attachments: (record.attachments ?? []).map(({ name, mimeType, size }) => ({ name, type: mimeType, bytes: size })),
    editedAt: record.editedAt?.toISOString() ?? null,
    edits: record.edits.map(({ text, writtenAt, clientEditId }) => ({
      text,
      writtenAt: writtenAt.toISOString(),
      clientEditId,
    })),
    conversationId: record.conversationId.toHexString(),
    seq: record.seq,
    rev: record.rev,
    senderId: record.senderId.toHexString(),
    clientMessageId: record.clientMessageId,
  }
  return JSON.stringify(line)
}

/** Groups the messages of an archive by conversation, at most `size` in a group, in their order. */
export async function* groupsOf(
  lines: AsyncIterable<string>,
  size: number,
): AsyncGenerator<{ conversationId: Types.ObjectId; messages: ArchiveLine[] }> {
  let isHeader = true
  let group: ArchiveLine[] = []
  for await (const text of lines) {
    const line = isHeader ? null : lineSchema.parse(JSON.parse(text))
    isHeader = false
    if (!line) continue
    const [first] = group
    if (first && (first.conversationId !== line.conversationId || group.length >= size)) {
      yield { conversationId: new Types.ObjectId(first.conversationId), messages: group }
      group = []
    }
    group.push(line)
  }
  const [first] = group
  if (first) yield { conversationId: new Types.ObjectId(first.conversationId), messages: group }
}
