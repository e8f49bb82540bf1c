import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { previewCount } from '../shared/broadcast.api.ts'
import type { DraftSession } from './draftSession.service.ts'
import { hasAim } from '../shared/draftContent.model.ts'

/** Counts the recipients of a draft each time its audience was changed and saved; null until that is counted. */
export function useRecipientCount(session: DraftSession): number | null {
  const { id, saving, content } = useStore(session.state)
  const [counted, setCounted] = useState<{ audience: string; recipients: number } | null>(null)
  const audience = JSON.stringify(content.audience)
  const isSaved = saving === 'none' || saving === 'saved' || saving === 'local'
  const isDue = id !== null && isSaved && hasAim(content.audience) && counted?.audience !== audience

  useEffect(() => {
    if (!isDue) return
    let current = true
    previewCount(id).then(
      ({ recipients }) => {
        if (current) setCounted({ audience, recipients })
      },
      // The dialog before sending counts again, and shows the problem.
      () => {},
    )
    return () => {
      current = false
    }
  }, [isDue, id, audience])

  return counted?.audience === audience ? counted.recipients : null
}
