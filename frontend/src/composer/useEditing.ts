import type { Conversation, ConversationId, Message } from 'backend/contract'
import { useEffect, useState } from 'react'
import { useDrafts } from '../drafts/drafts.store.ts'
import { draftedEdits, editDraftKey } from '../drafts/editDraft.keys.ts'
import { listMessages } from '../timeline/message.api.ts'
import type { Timeline } from '../timeline/timeline.model.ts'

/** A message in the composer, as the server has it now. */
export interface EditedMessage {
  conversationId: ConversationId
  seq: number
  /** The text of now, with an edit of the user's own that is on its way; empty when it is gone. */
  text: string
  /** The version of the message, with the text of the server. */
  version: { rev: number; text: string }
  /** Another device has deleted it. */
  isGone: boolean
  /** Whether the user has just chosen it; false for an edit of before a reload. */
  isChosen: boolean
}

interface Editing {
  /** Null while the composer writes a new message. */
  editing: EditedMessage | null
  edit: (seq: number) => void
  /** Ends the edit, after its draft was saved or given up. */
  done: () => void
}

/**
 * Holds which message of a conversation the composer edits. A begun edit is a draft, so it comes back with the conversation, after a
 * reload too, and also when the message is no longer among the loaded ones.
 */
export function useEditing({ id, lastRev }: Conversation, timeline: Timeline | null): Editing {
  const [chosen, setChosen] = useState<number | null>(null)
  const [seq, setSeq] = useState(() => draftedSeq(id))
  /** The message when it was last loaded or fetched. `asOf` is the `lastRev` of the conversation then. */
  const [seen, setSeen] = useState<{ seq: number; message: Message | null; asOf: number } | null>(null)
  const isTyped = useDrafts(({ drafts }) => seq !== null && editDraftKey(id, seq) in drafts)
  const loaded = seq === null ? undefined : timeline?.messages.find((message) => message.seq === seq)
  // A reload of the newest page drops the message from the timeline.
  if (loaded && loaded !== seen?.message) setSeen({ seq: loaded.seq, message: loaded, asOf: -1 })

  const isMissing = timeline?.status === 'ready' && seq !== null && !loaded && seen?.asOf !== lastRev
  useEffect(() => {
    if (!isMissing) return
    let isCurrent = true
    listMessages(id, { after: seq - 1, limit: 1 }).then(
      ({ items }) => {
        if (isCurrent) setSeen({ seq, message: items.find((message) => message.seq === seq) ?? null, asOf: lastRev })
      },
      // The next change of the conversation asks again. The server compares the versions in any case.
      () => {},
    )
    return () => {
      isCurrent = false
    }
  }, [id, seq, isMissing, lastRev])

  function editing(): EditedMessage | null {
    if (seq === null || !timeline) return null
    const message = loaded ?? (seen?.seq === seq ? seen.message : undefined)
    if (message === undefined) return null
    const isGone = message === null || message.deletedAt !== null
    // There is no typed text to offer.
    if (isGone && !isTyped) return null
    const { rev = 0, text = '' } = message ?? {}
    const version = { rev, text }
    const change = timeline.changes[seq]
    // The user has not seen the text that the refused edit would replace.
    const isRefused = change?.problem?.reason === 'message_edited'
    return {
      conversationId: id,
      seq,
      text: isGone ? '' : (!isRefused && change?.text) || text,
      version,
      isGone,
      isChosen: seq === chosen,
    }
  }

  return {
    editing: editing(),
    edit: (next) => {
      setSeq(next)
      setChosen(next)
    },
    done: () => {
      setSeq(draftedSeq(id))
      setChosen(null)
    },
  }
}

/** Returns the message of the edit that was begun last and not saved; null when there is none. */
function draftedSeq(id: ConversationId): number | null {
  return draftedEdits(id, useDrafts.getState().drafts).at(-1) ?? null
}
