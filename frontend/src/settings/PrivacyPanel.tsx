import { t } from '@lingui/core/macro'
import type { OwnUser } from 'backend/contract'
import { useState } from 'react'
import { errorText } from '../connection/problem.model.ts'
import { useSession } from '../accounts/session.store.ts'
import { showToast } from '../ui/toast.store.ts'
import { Switch } from '../ui/Switch.tsx'

/** Shows the privacy settings. */
export function PrivacyPanel({ user }: { user: OwnUser }) {
  /** The requested value, shown until the server answers. */
  const [asked, setAsked] = useState<boolean | null>(null)

  async function hide(hidesReadReceipts: boolean): Promise<void> {
    setAsked(hidesReadReceipts)
    try {
      await useSession.getState().update({ hidesReadReceipts })
    } catch (error) {
      const reason = errorText(error)
      showToast(t`Not changed. ${reason}`, 'error')
    } finally {
      setAsked(null)
    }
  }

  return (
    <section className="panel p-5 max-md:p-4" aria-labelledby="settings-section">
      <Switch
        label={t`Hide read receipts`}
        hint={t`Other people do not see what you have read, and you do not see what they have read. Admins still see who has read an announcement.`}
        checked={asked ?? user.hidesReadReceipts}
        pending={asked !== null}
        onChange={(checked) => void hide(checked)}
      />
    </section>
  )
}
