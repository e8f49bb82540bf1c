import { usePerson } from '../../store/people.store.ts'
import { NoticeCard } from './NoticeCard.tsx'
import type { MessageRow } from './rows.ts'

/** A broadcast among the announcements. */
export function NoticeRow({ row, enters }: { row: MessageRow; enters: boolean }) {
  const author = usePerson(row.senderId)
  return (
    <div className={`log-row notice-row ${enters ? 'message-enters' : ''}`}>
      <NoticeCard title={row.title} text={row.text} author={author} createdAt={row.createdAt} />
    </div>
  )
}
