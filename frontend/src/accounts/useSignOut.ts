import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { errorText } from '../connection/problem.model.ts'
import { useSession } from './session.store.ts'
import { showToast } from '../ui/toast.store.ts'

/** Signs out and goes to the sign-in page. A toast says why when the request failed. */
export function useSignOut(): { signOut: () => void; pending: boolean } {
  const navigate = useNavigate()
  const [pending, setPending] = useState(false)

  async function signOut(): Promise<void> {
    setPending(true)
    try {
      await useSession.getState().logout()
      // The next user starts at the list, not at this user's last page.
      await navigate('/login', { replace: true, state: null })
    } catch (error) {
      const reason = errorText(error)
      showToast(t`Not signed out. ${reason}`, 'error')
    } finally {
      setPending(false)
    }
  }

  return { signOut: () => void signOut(), pending }
}
