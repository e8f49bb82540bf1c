import { Bell, BellOff, CircleCheck } from 'lucide-react'
import { useEffect, useState } from 'react'
import { askForNotifications, notificationState, type NotificationState } from '../notifications/notification.client.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'

/** Whether this browser may tell of messages that come while nobody looks. Asked for here only, never by itself. */
export function NotificationsPanel() {
  const [state, setState] = useState(notificationState)

  // It is changed in the browser's own settings, in another window.
  useEffect(() => {
    const look = () => setState(notificationState())
    addEventListener('focus', look)
    return () => removeEventListener('focus', look)
  }, [])

  return (
    <section id="notifications" className="panel p-5 max-md:p-4" aria-labelledby="notifications-title">
      <h2 id="notifications-title" className="text-title font-[650] tracking-[-0.01em]">
        Notifications
      </h2>
      <p className="mt-1 text-ui text-muted">
        Tell me about new messages while I am looking at something else. For this browser only.
      </p>
      <div className="mt-4" role="status">
        {state === 'default' ? (
          <Button icon={Bell} onClick={() => void askForNotifications().then(setState)}>
            Allow notifications
          </Button>
        ) : (
          <p className="flex items-start gap-2 text-ui">
            <Icon
              icon={state === 'granted' ? CircleCheck : BellOff}
              size={18}
              className={`mt-px ${state === 'granted' ? 'text-ok-ink' : 'text-muted'}`}
            />
            <span>{WORDS[state]}</span>
          </p>
        )}
      </div>
    </section>
  )
}

const WORDS: Record<Exclude<NotificationState, 'default'>, string> = {
  granted: 'This browser shows notifications. Turn them off in its settings for this page.',
  denied:
    'Notifications are blocked. Allow them in the browser’s settings for this page, often behind the sign beside the address.',
  unsupported: 'This browser cannot show notifications here. Most browsers allow them on https addresses only.',
}
