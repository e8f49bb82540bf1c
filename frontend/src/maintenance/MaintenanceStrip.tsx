import { t } from '@lingui/core/macro'
import { Wrench } from 'lucide-react'
import { useState } from 'react'
import { useMaintenance } from './maintenance.store.ts'
import { MessageText } from '../messages/MessageText.tsx'
import { Banner } from '../ui/Banner.tsx'

/** A longer message is cut to two lines until the user opens it. */
const SHORT = 140

/** Shows the admins' message about the server at the top of the page. */
export function MaintenanceStrip() {
  const message = useMaintenance((state) => state.message)
  const [openText, setOpenText] = useState<string | null>(null)
  if (!message) return null
  const { text } = message
  const isOpen = openText === text
  const action =
    text.length > SHORT
      ? { label: isOpen ? t`Less` : t`More`, onPress: () => setOpenText(isOpen ? null : text) }
      : undefined
  return (
    <Banner tone="info" icon={Wrench} action={action}>
      <span
        dir="auto"
        className={`whitespace-pre-wrap wrap-anywhere ${action && !isOpen ? 'line-clamp-2' : 'block max-h-[40vh] overflow-y-auto'}`}
      >
        <MessageText text={text} />
      </span>
    </Banner>
  )
}
