import { ANNOUNCEMENTS_ID, type Broadcast, type LedgerCounts, type PendingBroadcast } from '../../src/contract/index.ts'
import type { Answer, Person } from '../helpers/people.ts'

/** A draft of an admin's. */
export async function draft(admin: Person, more: Record<string, unknown> = {}): Promise<Broadcast> {
  const { status, body } = await admin.post('/api/admin/broadcasts', { title: 'Fire drill', text: 'Leave by the north door.', needsAcknowledgement: true, ...more })
  if (status !== 201) throw new Error(`No draft: ${JSON.stringify(body)}`)
  return body
}

/** Sent now, or scheduled. */
export async function send(admin: Person, more: Record<string, unknown> = {}): Promise<Broadcast> {
  const { id } = await draft(admin, more)
  const { status, body } = await admin.post(`/api/admin/broadcasts/${id}/send`, {})
  if (status !== 200) throw new Error(`Not sent: ${JSON.stringify(body)}`)
  return body
}

export async function countsOf(admin: Person, id: string): Promise<LedgerCounts> {
  return (await admin.get(`/api/admin/broadcasts/${id}/counts`)).body
}

export const acknowledge = (who: Person, id: string, revision = 1): Promise<Answer> => who.post(`/api/broadcasts/${id}/acknowledge`, { revision })
export const readAnnouncements = (who: Person, seq: number): Promise<Answer> => who.post(`/api/messages/${ANNOUNCEMENTS_ID}/read`, { seq })

export async function pendingOf(who: Person): Promise<PendingBroadcast[]> {
  return (await who.get('/api/broadcasts/pending')).body.items
}
