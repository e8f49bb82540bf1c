import { t } from '@lingui/core/macro'
import { isEmptyText, type Broadcast } from 'backend/contract'

/** Names a broadcast in a list by its title, or else by its first line. */
export function headlineOf({ title, text }: Pick<Broadcast, 'title' | 'text'>): string {
  if (title !== '') return title
  const first = text.split(/\r\n|\r|\n/u).find((line) => !isEmptyText(line))
  return first?.trim() ?? t`Untitled`
}
