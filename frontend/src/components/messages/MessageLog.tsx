import type { Conversation, OwnUser } from 'backend/contract'
import { useLayoutEffect, useMemo, useState } from 'react'
import { Virtualizer } from 'virtua'
import { firstSeqOf, lastSeqOf, type Timeline } from '../../lib/timeline.ts'
import { useMessages } from '../../store/messages.store.ts'
import { DayPill } from './DayPill.tsx'
import { JumpButton } from './JumpButton.tsx'
import { LiveMessages } from './LiveMessages.tsx'
import { LogTop } from './LogTop.tsx'
import { MessageBubble } from './MessageBubble.tsx'
import { NoticeRow } from './NoticeRow.tsx'
import { titleOf } from './names.ts'
import { buildRows, type MessageRow, type Row } from './rows.ts'
import { useLogScroll } from './useLogScroll.ts'
import { useReadWhenSeen } from './useReadWhenSeen.ts'

/** Rows this far outside of the view are in the document: a fast turn of the wheel must not meet rows whose height is unknown. */
const BUFFER_PX = 800

interface MessageLogProps {
  conversation: Conversation
  timeline: Timeline
  user: OwnUser
}

/** The messages of a conversation. Only rows near the visible part are in the document, so 50,000 are as fast as 50. */
export function MessageLog({ conversation, timeline, user }: MessageLogProps) {
  const { messages, pending } = timeline
  const [opened] = useState(() => ({
    newAfterSeq: conversation.unreadCount > 0 ? conversation.readSeq : null,
    lastSeq: lastSeqOf(timeline),
  }))
  const rows = useMemo(
    () => buildRows({ messages, pending, ownId: user.id, newAfterSeq: opened.newAfterSeq }),
    [messages, pending, user.id, opened.newAfterSeq],
  )
  const { viewport, list, below, moved, settled, toEnd } = useLogScroll(conversation.id, rows)
  const readWhenSeen = useReadWhenSeen(conversation, rows, list)
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
    readWhenSeen()
    const handle = list.current
    const { hasOlder, loadingOlder, olderProblem } = timeline
    if (handle && handle.viewportSize > 0 && handle.scrollOffset < handle.viewportSize * 1.5 && hasOlder && !loadingOlder && !olderProblem) {
      void useMessages.getState().loadOlder(conversation.id)
    }
  }

  // Rows that are added change what is in view without a scroll event.
  useLayoutEffect(onMoved)

  const showsJump = below === 'a screen' || (below === 'some' && conversation.unreadCount > 0)
  const newest = rows.at(-2)
  const enters = (row: MessageRow): boolean => row === newest && (row.seq === null || row.seq > opened.lastSeq)

  function render(row: Row) {
    switch (row.kind) {
      case 'top':
        return <LogTop key={row.key} conversation={conversation} timeline={timeline} />
      case 'day':
        return <DayPill key={row.key} iso={row.iso} />
      case 'new':
        return (
          <div key={row.key} className="log-row">
            <div className="new-line" role="separator" aria-label="New messages">
              <span aria-hidden="true">New messages</span>
            </div>
          </div>
        )
      case 'message':
        if (conversation.kind === 'broadcast') return <NoticeRow key={row.key} row={row} enters={enters(row)} />
        return (
          <MessageBubble
            key={row.key}
            row={row}
            author={conversation.peer ?? undefined}
            peerReadSeq={conversation.peerReadSeq}
            enters={enters(row)}
          />
        )
      case 'bottom':
        return <div key={row.key} className="log-bottom" />
    }
  }

  return (
    <div className="log-frame" data-jump={showsJump || undefined}>
      {/* Its only key repairs one that a browser has for whatever scrolls. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={viewport}
        className="scroll-pane log"
        role="log"
        // LiveMessages reads out what is new; see there.
        aria-live="off"
        aria-label={`Messages: ${titleOf(conversation, user.id)}`}
        // Scrolls by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key !== 'End') return
          // The browser's own way fixes its goal before the rows on the way are measured, and stops short of the end.
          event.preventDefault()
          toEnd()
        }}
      >
        <div className="log-fill" />
        <Virtualizer
          ref={list}
          scrollRef={viewport}
          data={rows}
          shift={addedAbove}
          bufferSize={BUFFER_PX}
          onScroll={onMoved}
          onScrollEnd={onSettled}
          onResize={onSettled}
        >
          {render}
        </Virtualizer>
      </div>
      {showsJump && (
        <JumpButton
          unread={conversation.unreadCount}
          onPress={() => {
            toEnd()
            viewport.current?.focus({ preventScroll: true })
          }}
        />
      )}
      <LiveMessages messages={messages} ownId={user.id} />
    </div>
  )
}

/** Whether the last change of the rows put older messages above: then the list keeps the place as seen from its end. */
function useAddedAbove(rows: readonly Row[], firstSeq: number): boolean {
  const [shown, setShown] = useState({ rows, firstSeq, above: false })
  if (shown.rows !== rows) setShown({ rows, firstSeq, above: firstSeq < shown.firstSeq })
  return shown.above
}
