import { t } from '@lingui/core/macro'
import { UsersRound } from 'lucide-react'
import { useRequest } from '../connection/useRequest.ts'
import { useTitle } from '../ui/hooks/useTitle.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/States.tsx'
import { me } from './session.api.ts'
import { IsolatedText } from '../ui/IsolatedText.tsx'
import { isolate } from '../lib/isolate.ts'

/** Stops a tab whose browser is signed in as another user by now. What was written here waits on the device for its author. */
export function ReplacedPage() {
  const { answer } = useRequest(me)
  const name = answer?.fullName
  useTitle(t`Signed in as another user`)
  return (
    <main className="grid h-dvh place-items-center">
      <EmptyState
        icon={UsersRound}
        title={
          name === undefined ? (
            t`You are signed in as another user`
          ) : (
            <IsolatedText text={t`You are signed in as ${{ name: isolate(name) }} in another tab`} />
          )
        }
        actions={
          <Button variant="primary" autoFocus onClick={() => location.reload()}>
            {t`Reload`}
          </Button>
        }
      >
        {t`This tab has stopped, so that nothing is sent under the wrong name. What you wrote here is kept for your own account.`}
      </EmptyState>
    </main>
  )
}
