import type { OwnUser } from 'backend/contract'
import { useState } from 'react'
import { asProblem } from '../connection/problem.model.ts'
import { useSession } from '../accounts/session.store.ts'
import { showToast } from '../ui/toast.store.ts'
import { Switch } from '../ui/Switch.tsx'

/** What others learn of one. */
export function PrivacyPanel({ user }: { user: OwnUser }) {
  /** What was asked for, shown until the server has answered. */
  const [asked, setAsked] = useState<boolean | null>(null)

  async function hide(hidesReadReceipts: boolean): Promise<void> {
    setAsked(hidesReadReceipts)
    try {
      await useSession.getState().update({ hidesReadReceipts })
    } catch (error) {
      showToast(`Not changed. ${asProblem(error).detail}`, 'error')
    } finally {
      setAsked(null)
    }
  }

  return (
    <section id="privacy" className="panel p-5 max-md:p-4" aria-labelledby="privacy-title">
      <h2 id="privacy-title" className="mb-4 text-title font-[650] tracking-[-0.01em]">
        Privacy
      </h2>
      <Switch
        label="Hide read receipts"
        hint="Nobody sees what you have read, and you do not see what others have read. Announcements tell admins all the same."
        checked={asked ?? user.hidesReadReceipts}
        pending={asked !== null}
        onChange={(checked) => void hide(checked)}
      />
    </section>
  )
}
