import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { Bell, BellOff, CircleCheck } from 'lucide-react'
import { useEffect, useState } from 'react'
import {
  askForNotifications,
  notificationState,
  type NotificationState,
} from '../notifications/notification.display.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'

/** Shows whether this browser may show notifications. The page asks for the permission here only. */
export function NotificationsPanel() {
  const [state, setState] = useState(notificationState)

  // The user changes it in the browser's own settings, in another window.
  useEffect(() => {
    const look = () => setState(notificationState())
    addEventListener('focus', look)
    return () => removeEventListener('focus', look)
  }, [])

  return (
    <section className="panel p-5 max-md:p-4" aria-labelledby="settings-section">
      <p className="text-ui text-muted">
        {t`Show new messages while you use another tab or program. This setting is for this browser only.`}
      </p>
      <div className="mt-4" role="status">
        {state === 'default' ? (
          <Button icon={Bell} onClick={() => void askForNotifications().then(setState)}>
            {t`Allow notifications`}
          </Button>
        ) : (
          <p className="flex items-start gap-2 text-ui">
            <Icon
              icon={state === 'granted' ? CircleCheck : BellOff}
              size={18}
              className={`mt-px ${state === 'granted' ? 'text-ok-ink' : 'text-muted'}`}
            />
            <span>{i18n._(WORDS[state])}</span>
          </p>
        )}
      </div>
    </section>
  )
}

const WORDS: Record<Exclude<NotificationState, 'default'>, MessageDescriptor> = {
  granted: msg`This browser shows notifications. Turn them off in its settings for this page.`,
  failed: msg`This browser allowed notifications, but did not show one. Phones show them only in some browsers, or after adding the page to the home screen.`,
  denied: msg`Notifications are blocked. Allow them in the browser’s settings for this page, usually behind the icon beside the address.`,
  unsupported: msg`This browser cannot show notifications here. Most browsers allow them on https addresses only.`,
}
