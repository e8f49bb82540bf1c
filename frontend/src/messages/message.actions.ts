import type { Conversation, UserRole } from 'backend/contract'
import { createContext } from 'react'
import type { Point } from '../ui/hooks/useContextMenu.ts'
import type { EditConflict } from './EditConflictDialog.tsx'
import type { MessageRow } from './messageRows.model.ts'

/** The actions on messages of the open conversation, provided by MessageActionsProvider. */
export interface MessageActions {
  /** Returns the allowed actions in the order of the menu; none for a message that is being sent or was deleted. */
  allowed(row: MessageRow): MessageAction[]
  openMenu(row: MessageRow, at: Point): void
  run(action: MessageAction, row: MessageRow): void
  /** Shows the texts that edits replaced. */
  showEdits(row: MessageRow): void
  /** Lets the user rewrite a message that the server refused because of its text. */
  rewrite(refused: RefusedText): void
  /** Shows both texts of an edit that was refused because another device was faster. */
  compare(conflict: EditConflict): void
}

export interface RefusedText {
  /** Names the draft of the new text. */
  draft: string
  /** The refused text. */
  text: string
  /** Why the server refused it. */
  reason: string
  /** The message has files and needs no text. */
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
  compare: () => {},
})

/**
 * Returns the actions that the user may do. Every user may copy and report the messages of others and see their info. The sender may
 * edit and delete a message. Admins may delete any announcement, and the admins of a group any message of the group.
 */
export function allowedActions(
  row: MessageRow,
  { kind, group }: Pick<Conversation, 'kind' | 'group'>,
  role: UserRole,
): MessageAction[] {
  if (row.seq === null || row.deleted) return []
  // A message with files may have no text. A broadcast is revised in its ledger, which can ask for a new acknowledgement.
  const ofText: MessageAction[] = row.text === '' ? [] : row.own && !row.broadcast ? ['edit', 'copy'] : ['copy']
  const actions: MessageAction[] = [...ofText, 'info']
  if (kind === 'group' && !row.own) actions.push('profile')
  // Admins know every announcement: there is nothing to report.
  if (kind !== 'broadcast' && !row.own) actions.push('report')
  if (row.own || (kind === 'broadcast' && role === 'admin') || (group && group.role !== 'member'))
    actions.push('delete')
  return actions
}
