import { t } from '@lingui/core/macro'
import type { Conversation, Group } from 'backend/contract'
import { X } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { useOverlay } from '../ui/hooks/useOverlay.ts'
import { useMediaQuery } from '../ui/hooks/useMediaQuery.ts'
import { IconButton } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'

const GroupInfo = lazy(() => import('./GroupInfo.tsx').then((piece) => ({ default: piece.GroupInfo })))

interface GroupInfoPaneProps {
  conversation: Conversation
  group: Group
  onClose: () => void
}

/** Shows a group's information beside its messages, or in a dialog on narrow windows. */
export function GroupInfoPane(props: GroupInfoPaneProps) {
  const { onClose } = props
  const hasRoom = useMediaQuery('(width >= 75rem)')
  const content = (
    <Suspense fallback={<SkeletonRows label={t`Loading the group`} />}>
      <GroupInfo {...props} />
    </Suspense>
  )
  if (hasRoom) return <BesidePane onClose={onClose}>{content}</BesidePane>
  return (
    <Dialog open onClose={onClose} title={t`Group info`} size="side">
      {content}
    </Dialog>
  )
}

/** Shows the pane beside the messages. Escape and Back close it, and the focus goes back to the element that opened it. */
function BesidePane({ onClose, children }: { onClose: () => void; children: React.ReactNode }) {
  const pane = useRef<HTMLElement>(null)
  useOverlay(onClose)

  useEffect(() => {
    const opener = document.activeElement
    const element = pane.current
    return () => {
      if (element?.contains(document.activeElement) && opener instanceof HTMLElement && opener.isConnected)
        opener.focus()
    }
  }, [])

  return (
    // Escape closes the pane; the buttons inside handle their own keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      ref={pane}
      className="flex min-h-0 w-[328px] flex-none flex-col border-s border-line bg-base-100"
      aria-label={t`Group info`}
      onKeyDown={(event) => {
        if (
          event.key === 'Escape' &&
          !event.defaultPrevented &&
          event.target instanceof Element &&
          !event.target.closest('dialog, [role="menu"]')
        )
          onClose()
      }}
    >
      <header className="pane-header">
        <h2 className="pane-title">{t`Group info`}</h2>
        <IconButton icon={X} label={t`Close`} onClick={onClose} />
      </header>
      {children}
    </aside>
  )
}
