import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Conversation, OwnUser } from 'backend/contract'
import { useLayoutEffect, useMemo, useState, type KeyboardEvent } from 'react'
import { Virtualizer } from 'virtua'
import { firstSeqOf, lastSeqOf, type Timeline } from '../timeline/timeline.model.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { DateSeparator } from './DateSeparator.tsx'
import { GroupMessage } from '../messages/GroupMessage.tsx'
import { JumpButton } from './JumpButton.tsx'
import { LiveMessages } from './LiveMessages.tsx'
import { MessageListTop } from './MessageListTop.tsx'
import { allowedActions } from '../messages/message.actions.ts'
import { MessageBubble } from '../messages/MessageBubble.tsx'
import { NoticeRow } from '../announcements/NoticeRow.tsx'
import { titleOf } from '../conversations/conversationName.format.ts'
import { buildRows, type MessageRow, type Row } from '../messages/messageRows.model.ts'
import { SystemLine } from '../messages/SystemLine.tsx'
import { TypingIndicator } from '../typing/TypingIndicator.tsx'
import { estimatedHeight } from './rowHeight.estimate.ts'
import { useMessageListScroll } from './useMessageListScroll.ts'
import { useUnreadSeparator } from './useUnreadSeparator.ts'
import { useSeenMessages } from './useSeenMessages.ts'

/** Rows this far outside the view are rendered, px. A fast scroll must not meet rows whose height is unknown. */
const BUFFER_PX = 800

interface MessageListProps {
  conversation: Conversation
  timeline: Timeline
  user: OwnUser
  /** The message in the composer. */
  editingSeq: number | null
}

/** Shows the messages of a conversation. Only rows near the visible part are rendered, so 50,000 are as fast as 50. */
export function MessageList({ conversation, timeline, user, editingSeq }: MessageListProps) {
  const { messages, pending, changes } = timeline
  const [openedAt] = useState(() => lastSeqOf(timeline))
  const newAfterSeq = useUnreadSeparator(conversation, timeline)
  const rows = useMemo(
    () => buildRows({ messages, pending, changes, ownId: user.id, newAfterSeq }),
    [messages, pending, changes, user.id, newAfterSeq],
  )
  const [itemSize] = useState(() => estimatedHeight(rows))
  const { viewport, list, below, moved, settled, toEnd } = useMessageListScroll(conversation.id, rows)
  const readWhatIsSeen = useSeenMessages(conversation, messages, user.id, viewport)
  const addedAbove = useAddedAbove(rows, firstSeqOf(timeline))

  function onMoved(): void {
    moved()
    look()
  }

  function onSettled(): void {
    settled()
    look()
  }

  function look(): void {
    readWhatIsSeen()
    const handle = list.current
    const { hasOlder, loadingOlder, olderProblem } = timeline
    if (
      handle &&
      handle.viewportSize > 0 &&
      handle.scrollOffset < handle.viewportSize * 1.5 &&
      hasOlder &&
      !loadingOlder &&
      !olderProblem
    ) {
      void useMessages.getState().loadOlder(conversation.id)
    }
  }

  const isActedOn = (row: Row): row is MessageRow =>
    row.kind === 'message' && allowedActions(row, conversation, user.role).length > 0
  const [focusedKey, setFocusedKey] = useState<string | null>(null)
  const focusedIndex = focusedKey === null ? -1 : rows.findIndex((row) => row.key === focusedKey && isActedOn(row))
  const tabStop = (rows[focusedIndex] ?? rows.findLast(isActedOn))?.key

  /** Lets Tab move from the log to the newest message in view. */
  function enterMessages(): void {
    const handle = list.current
    const last = handle ? handle.findItemIndex(handle.scrollOffset + handle.viewportSize - 1) : -1
    setFocusedKey(rows.slice(0, last + 1).findLast(isActedOn)?.key ?? null)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Tab' && !event.shiftKey && event.target === event.currentTarget) enterMessages()
    if (event.key !== 'End') return
    // The browser computes the end before the rows on the way are measured, and would stop before it.
    event.preventDefault()
    toEnd()
  }

  // Added rows change the view without a scroll event.
  useLayoutEffect(onMoved)

  const showsJump = below === 'many' || (below === 'some' && conversation.unreadCount > 0)
  const newest = rows.at(-2)
  const enters = (row: MessageRow): boolean => row === newest && (row.seq === null || row.seq > openedAt)

  function render(row: Row) {
    switch (row.kind) {
      case 'top':
        return <MessageListTop key={row.key} conversation={conversation} timeline={timeline} />
      case 'day':
        return <DateSeparator key={row.key} iso={row.iso} />
      case 'new':
        return (
          <div key={row.key} className="log-row">
            <div className="new-line" role="separator" aria-label={t`New messages`}>
              <span aria-hidden="true">
                <Trans>New messages</Trans>
              </span>
            </div>
          </div>
        )
      case 'message':
        return renderMessage(row)
      case 'system':
        return <SystemLine key={row.key} message={row.message} ownId={user.id} />
      case 'bottom':
        return (
          <div key={row.key} className="min-h-3">
            <TypingIndicator conversation={conversation} ownId={user.id} />
          </div>
        )
    }
  }

  function renderMessage(row: MessageRow) {
    const props = {
      row,
      enters: enters(row),
      editing: editingSeq !== null && row.seq === editingSeq,
      tabStop: row.key === tabStop,
      onFocus: setFocusedKey,
    }
    if (conversation.kind === 'broadcast')
      return <NoticeRow key={row.key} {...props} conversationId={conversation.id} />
    const { id, peer, peerDeliveredSeq, peerReadSeq } = conversation
    if (conversation.kind === 'group') return <GroupMessage key={row.key} {...props} conversationId={id} />
    return (
      <MessageBubble
        key={row.key}
        {...props}
        conversationId={id}
        author={peer ?? undefined}
        peerDeliveredSeq={peerDeliveredSeq}
        peerReadSeq={peerReadSeq}
      />
    )
  }

  const title = titleOf(conversation, user.id)
  return (
    <div className="relative flex-1 flex flex-col min-h-0">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- repairs the End key of a scrolling element */}
      <div
        ref={viewport}
        className="scroll-pane log"
        role="log"
        // LiveMessages announces new messages.
        aria-live="off"
        aria-label={t`Messages: ${title}`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {/* Keeps a short conversation at the bottom, where the next message appears. */}
        <div className="flex-1" />
        <Virtualizer
          ref={list}
          scrollRef={viewport}
          data={rows}
          shift={addedAbove}
          bufferSize={BUFFER_PX}
          {...(itemSize !== undefined && { itemSize })}
          keepMounted={focusedIndex === -1 ? NONE : [focusedIndex]}
          onScroll={onMoved}
          onScrollEnd={onSettled}
          onResize={onSettled}
        >
          {render}
        </Virtualizer>
      </div>
      {showsJump && (
        <div className="jump-strip">
          <JumpButton
            unread={conversation.unreadCount}
            onPress={() => {
              toEnd()
              viewport.current?.focus({ preventScroll: true })
            }}
          />
        </div>
      )}
      <LiveMessages messages={messages} ownId={user.id} />
    </div>
  )
}

const NONE: readonly number[] = []

/** Returns whether the last change put older messages above. Then the list keeps its place as seen from the end. */
function useAddedAbove(rows: readonly Row[], firstSeq: number): boolean {
  const [shown, setShown] = useState({ rows, firstSeq, above: false })
  if (shown.rows !== rows) setShown({ rows, firstSeq, above: firstSeq < shown.firstSeq })
  return shown.above
}
