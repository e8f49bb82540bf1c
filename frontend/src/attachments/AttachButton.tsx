import { t } from '@lingui/core/macro'
import type { ConversationId } from 'backend/contract'
import { Plus } from 'lucide-react'
import { useRef } from 'react'
import { useUploads } from '../uploads/uploads.store.ts'
import { Icon } from '../ui/Icon.tsx'

/** Chooses files for a message. On a phone the system also offers the camera and the photos. */
export function AttachButton({ conversationId }: { conversationId: ConversationId }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button
        type="button"
        className="composer-tool"
        aria-label={t`Attach files`}
        title={t`Attach files`}
        onClick={() => input.current?.click()}
      >
        <Icon icon={Plus} size={22} />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t`Files to send`}
        data-attach
        onChange={({ target }) => {
          const files = [...(target.files ?? [])]
          // Lets the user choose the same file again.
          target.value = ''
          if (files.length > 0) void useUploads.getState().attach(conversationId, files)
          target.form?.querySelector('textarea')?.focus()
        }}
      />
    </>
  )
}
