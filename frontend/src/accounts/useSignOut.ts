import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { create } from 'zustand'
import { errorText } from '../connection/problem.model.ts'
import { useSession } from './session.store.ts'
import { showToast } from '../ui/toast.store.ts'
import { countUnsent, forgetUnsent, type UnsentCounts } from './unsent.registry.ts'

/** What is unsent while the page asks whether to sign out all the same; null while it does not ask. SignOutDialog shows it. */
export const useSignOutQuestion = create<{ unsent: UnsentCounts | null }>()(() => ({ unsent: null }))

interface SignOut {
  /** Asks first when something on this device is unsent. */
  signOut: () => void
  /** Signs out without a question. */
  signOutNow: () => void
  pending: boolean
}

/**
 * Signs out, deletes the user's drafts and unsent messages from this device, and goes to the sign-in page. A toast says why when the
 * request failed; then nothing is deleted.
 */
export function useSignOut(): SignOut {
  const navigate = useNavigate()
  const [pending, setPending] = useState(false)

  async function leave(): Promise<void> {
    const user = useSession.getState().user
    setPending(true)
    try {
      await useSession.getState().logout()
      if (user) await forgetUnsent(user.id)
      // The next user starts at the list, not at this user's last page.
      await navigate('/login', { replace: true, state: null })
    } catch (error) {
      const reason = errorText(error)
      showToast(t`Not signed out. ${reason}`, 'error')
    } finally {
      useSignOutQuestion.setState({ unsent: null })
      setPending(false)
    }
  }

  async function ask(): Promise<void> {
    const user = useSession.getState().user
    const unsent = user && (await countUnsent(user.id))
    if (unsent && Object.values(unsent).some((count) => count > 0)) useSignOutQuestion.setState({ unsent })
    else await leave()
  }

  return { signOut: () => void ask(), signOutNow: () => void leave(), pending }
}
