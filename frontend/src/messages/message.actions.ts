import type { Conversation, UserRole } from 'backend/contract'
import { createContext } from 'react'
import type { Point } from '../ui/hooks/useContextMenu.ts'
import type { MessageRow } from './messageRows.model.ts'

/** What can be done with the messages of the open conversation. MessageActionsProvider does it. */
export interface MessageActions {
  /** What may be done with this one, in the order of the menu; nothing with a message that is on its way or was deleted. */
  allowed(row: MessageRow): MessageAction[]
  openMenu(row: MessageRow, at: Point): void
  run(action: MessageAction, row: MessageRow): void
  /** The texts that edits replaced. */
  showEdits(row: MessageRow): void
  /** Writes anew what the server refused for its text. */
  rewrite(refused: RefusedText): void
}

export interface RefusedText {
  /** As it was refused. */
  text: string
  /** Why it was. */
  reason: string
  /** It has files, and may do without words. */
  mayBeEmpty: boolean
  send: (text: string) => void
}

export type MessageAction = 'edit' | 'copy' | 'info' | 'profile' | 'report' | 'delete'

export const MessageActionsContext = createContext<MessageActions>({
  allowed: () => [],
  openMenu: () => {},
  run: () => {},
  showEdits: () => {},
  rewrite: () => {},
})

/**
 * Everybody may copy, ask about and report what others write; its sender may edit and delete it; admins may delete any announcement, and those of a
 * group any message of it.
 */
export function allowedActions(
  row: MessageRow,
  { kind, group }: Pick<Conversation, 'kind' | 'group'>,
  role: UserRole,
): MessageAction[] {
  if (row.seq === null || row.deleted) return []
  // Where attachments say it all there is no text.
  // What is accounted for is revised in the ledger, which asks people again where that matters.
  const ofText: MessageAction[] = row.text === '' ? [] : row.own && !row.broadcast ? ['edit', 'copy'] : ['copy']
  const actions: MessageAction[] = [...ofText, 'info']
  if (kind === 'group' && !row.own) actions.push('profile')
  // What everybody was told the admins know.
  if (kind !== 'broadcast' && !row.own) actions.push('report')
  if (row.own || (kind === 'broadcast' && role === 'admin') || (group && group.role !== 'member'))
    actions.push('delete')
  return actions
}
