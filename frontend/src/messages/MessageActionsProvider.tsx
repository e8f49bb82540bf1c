import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import type { Conversation, ConversationId, OwnUser } from 'backend/contract'
import { CircleUserRound, Copy, Flag, Info, Pencil, Trash2, type LucideIcon } from 'lucide-react'
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react'
import { summaryOf } from '../uploads/file.format.ts'
import { plainText } from '../lib/plainText.ts'
import type { Point } from '../ui/hooks/useContextMenu.ts'
import { ContextMenu } from '../ui/ContextMenu.tsx'
import { askToReport, showProfile } from '../people/profileDialogs.store.ts'
import { copyText } from '../lib/copyText.ts'
import { MenuItem } from '../ui/Menu.tsx'
import { showToast } from '../ui/toast.store.ts'
import {
  allowedActions,
  MessageActionsContext,
  type MessageAction,
  type MessageActions,
  type RefusedText,
} from './message.actions.ts'
import { useDrafts } from '../drafts/drafts.store.ts'
import { editDraftKey } from '../drafts/editDraft.keys.ts'
import type { EditConflict } from './EditConflictDialog.tsx'
import type { MessageRow } from './messageRows.model.ts'

const DeleteMessageDialog = lazy(() =>
  import('./DeleteMessageDialog.tsx').then((piece) => ({ default: piece.DeleteMessageDialog })),
)
const EarlierTextsDialog = lazy(() =>
  import('./EarlierTextsDialog.tsx').then((piece) => ({ default: piece.EarlierTextsDialog })),
)
const EditConflictDialog = lazy(() =>
  import('./EditConflictDialog.tsx').then((piece) => ({ default: piece.EditConflictDialog })),
)
const MessageInfoDialog = lazy(() =>
  import('./MessageInfoDialog.tsx').then((piece) => ({ default: piece.MessageInfoDialog })),
)
const RewriteDialog = lazy(() => import('./RewriteDialog.tsx').then((piece) => ({ default: piece.RewriteDialog })))

interface ProviderProps {
  conversation: Conversation
  user: OwnUser
  /** Called when the composer shall edit a message. */
  onEdit: (seq: number) => void
  children: ReactNode
}

/** Provides the actions of the messages below, and shows the menu and the dialog that they share. */
export function MessageActionsProvider({ conversation, user, onEdit, children }: ProviderProps) {
  const [menu, setMenu] = useState<{ row: MessageRow; at: Point } | null>(null)
  const [dialog, setDialog] = useState<{ kind: 'delete' | 'info' | 'edits'; row: MessageRow } | null>(null)

  const [refused, setRefused] = useState<RefusedText | null>(null)
  const [conflict, setConflict] = useState<EditConflict | null>(null)

  const { id, kind, group } = conversation
  const { role } = user
  // A new object would render every message again.
  const actions = useMemo((): MessageActions => {
    const allowed = (row: MessageRow) => allowedActions(row, { kind, group }, role)
    return {
      allowed,
      openMenu: (row, at) => {
        if (allowed(row).length > 0) setMenu({ row, at })
      },
      run: (action, row) => {
        if (action === 'edit' && row.seq !== null) onEdit(row.seq)
        else if (action === 'copy') void copy(row.text)
        else if (action === 'profile') showProfile(row.senderId)
        else if (action === 'report') reportMessage(id, row)
        else if (action !== 'edit') setDialog({ kind: action, row })
      },
      showEdits: (row) => setDialog({ kind: 'edits', row }),
      rewrite: setRefused,
      compare: setConflict,
    }
  }, [id, kind, group, role, onEdit])

  const closeDialog = () => setDialog(null)

  return (
    <MessageActionsContext value={actions}>
      {children}
      {menu && (
        <ContextMenu
          label={t`Message actions`}
          at={menu.at}
          header={<MenuSubject row={menu.row} formatted={kind === 'broadcast'} />}
          onClose={() => setMenu(null)}
        >
          {actions.allowed(menu.row).map((action) => (
            <MenuItem
              key={action}
              icon={ITEMS[action].icon}
              danger={action === 'delete'}
              onSelect={() => actions.run(action, menu.row)}
            >
              {i18n._(ITEMS[action].label)}
            </MenuItem>
          ))}
        </ContextMenu>
      )}
      <Suspense fallback={null}>
        {dialog?.kind === 'delete' && (
          <DeleteMessageDialog conversation={conversation} row={dialog.row} onClose={closeDialog} />
        )}
        {dialog?.kind === 'info' && (
          <MessageInfoDialog conversation={conversation} row={dialog.row} user={user} onClose={closeDialog} />
        )}
        {conflict && (
          <EditConflictDialog
            {...conflict}
            conversationId={id}
            onEdit={() => {
              const { seq, mine, theirs } = conflict
              const draft = { text: { text: mine, from: theirs.text } }
              useDrafts.getState().setDraft(editDraftKey(id, seq), JSON.stringify(draft))
              onEdit(seq)
            }}
            onClose={() => setConflict(null)}
          />
        )}
        {refused && <RewriteDialog {...refused} onClose={() => setRefused(null)} />}
        {dialog?.kind === 'edits' && (
          <EarlierTextsDialog conversation={conversation} row={dialog.row} onClose={closeDialog} />
        )}
      </Suspense>
    </MessageActionsContext>
  )
}

/** Shows the beginning of the message that the menu belongs to. */
function MenuSubject({ row, formatted }: { row: MessageRow; formatted: boolean }) {
  const text = row.text.slice(0, 120)
  return (
    <p dir="auto" className="truncate text-sec text-muted keep-edge">
      {row.title ?? summaryOf(row.attachments, formatted ? plainText(text) : text)}
    </p>
  )
}

const ITEMS: Record<MessageAction, { label: MessageDescriptor; icon: LucideIcon }> = {
  edit: { label: msg`Edit`, icon: Pencil },
  copy: { label: msg`Copy text`, icon: Copy },
  info: { label: msg`Info`, icon: Info },
  profile: { label: msg`Profile`, icon: CircleUserRound },
  report: { label: msg`Report`, icon: Flag },
  delete: { label: msg`Delete`, icon: Trash2 },
}

function reportMessage(conversationId: ConversationId, { senderId, seq }: MessageRow): void {
  if (seq !== null) askToReport(senderId, { conversationId, seq })
}

async function copy(text: string): Promise<void> {
  if (await copyText(text)) showToast(t`Copied.`)
  else showToast(t`Not copied: the browser does not allow it.`, 'error')
}
