import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { pathOf } from '../conversations/conversation.path.ts'
import { useConversations } from '../conversations/conversations.store.ts'

/** Lets Alt+Up and Alt+Down open the conversation above or below the open one, also while the user writes. */
export function useNeighbourKeys(selectedId: string | undefined): void {
  const navigate = useNavigate()
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
      if (step === undefined || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
      if (document.querySelector('dialog[open]')) return
      event.preventDefault()
      const { order, byId } = useConversations.getState()
      const at = selectedId === undefined ? -1 : order.indexOf(selectedId)
      const next = byId[order[at === -1 ? 0 : at + step] ?? '']
      if (next) void navigate(pathOf(next.id))
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [navigate, selectedId])
}
