import { useState } from 'react'
import { useNavigate } from 'react-router'
import { asProblem } from '../connection/problem.model.ts'
import { useSession } from './session.store.ts'
import { showToast } from '../ui/toast.store.ts'

/** Signs out and goes to the sign-in page; says why when the server could not be told. */
export function useSignOut(): { signOut: () => void; pending: boolean } {
  const navigate = useNavigate()
  const [pending, setPending] = useState(false)

  async function signOut(): Promise<void> {
    setPending(true)
    try {
      await useSession.getState().logout()
      // Whoever signs in next begins at the list, not where this person was.
      await navigate('/login', { replace: true, state: null })
    } catch (error) {
      showToast(`Not signed out. ${asProblem(error).detail}`, 'error')
    } finally {
      setPending(false)
    }
  }

  return { signOut: () => void signOut(), pending }
}
