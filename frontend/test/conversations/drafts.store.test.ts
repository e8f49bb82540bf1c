import { expect, test, vi } from 'vitest'
import { ownUser } from '../generators/index.ts'

test('drafts kept before a reload are there when the store is loaded after the sign-in was restored [UX13]', async () => {
  const user = ownUser()
  localStorage.setItem(`parley.drafts.${user.id}`, JSON.stringify({ somewhere: 'Half a thought' }))
  // A reload: every module begins anew.
  vi.resetModules()
  const { useSession } = await import('../../src/accounts/session.store.ts')
  useSession.setState({ status: 'signedIn', user })
  const { useDrafts } = await import('../../src/conversations/drafts.store.ts')
  expect(useDrafts.getState().drafts).toEqual({ somewhere: 'Half a thought' })
})
