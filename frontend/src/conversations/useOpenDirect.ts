import { t } from '@lingui/core/macro'
import type { User } from 'backend/contract'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { errorText } from '../connection/problem.model.ts'
import { useConversations } from './conversations.store.ts'
import { showToast } from '../ui/toast.store.ts'

/** Opens the conversation with a user, and creates it when there is none. A toast shows a problem. */
export function useOpenDirect(onOpened?: () => void): { open: (user: User) => void; openingId: string | null } {
  const navigate = useNavigate()
  const [openingId, setOpeningId] = useState<string | null>(null)

  async function open(user: User): Promise<void> {
    if (openingId !== null) return
    setOpeningId(user.id)
    try {
      const id = await useConversations.getState().openDirect(user.id)
      onOpened?.()
      await navigate(`/c/${id}`)
    } catch (error) {
      const reason = errorText(error)
      showToast(t`Could not open the conversation. ${reason}`, 'error')
    } finally {
      setOpeningId(null)
    }
  }

  return { open: (user) => void open(user), openingId }
}
