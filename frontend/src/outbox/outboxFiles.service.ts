import { t } from '@lingui/core/macro'
import type { AttachmentId, Problem } from 'backend/contract'
import { newId } from '../lib/newId.ts'
import type { OutboxEntry, OutboxFile, SendEntry } from './outbox.storage.ts'
import { NO_CONNECTION } from '../connection/problem.model.ts'
import { holdRole, isHeld } from '../lib/tabs.ts'
import { onUploadSettled, useUploads, type UploadItem } from '../uploads/uploads.store.ts'

/** This page, until it is closed or loaded anew: what it uploads is lost with it. */
const TAB = newId()
const roleOf = (tab: string): string => `parley.uploads.${tab}`

/** What goes with a message that waits in the outbox. */
export function fileOf({ key, file, kind, isVoice, facts, attachment }: UploadItem): OutboxFile {
  return {
    key,
    tab: TAB,
    name: file.name,
    size: file.size,
    mimeType: file.type,
    kind,
    width: facts.width ?? null,
    height: facts.height ?? null,
    durationSeconds: facts.durationSeconds ?? null,
    waveform: facts.waveform ?? null,
    isVoice,
    attachment,
  }
}

const filesOf = (entry: OutboxEntry): readonly OutboxFile[] => (entry.kind === 'send' ? (entry.files ?? []) : [])

export function idsOf(entry: SendEntry): { attachmentIds?: AttachmentId[] } {
  const ids = (entry.files ?? []).flatMap(({ attachment }) => attachment?.id ?? [])
  return ids.length > 0 ? { attachmentIds: ids } : {}
}

/** Joins messages that wait to the uploads that they wait for. `changed`: an entry to be kept and, if it is complete, sent. */
export function createFilesOfMessages(changed: (entry: OutboxEntry) => void) {
  /** Entries of which this tab uploads files, as they are now: the disk may be a moment behind. Until they are sent or dropped. */
  const held = new Map<string, OutboxEntry>()
  let leave: (() => void) | null = null

  onUploadSettled((item) => {
    for (const entry of held.values()) {
      if (!filesOf(entry).some(({ key }) => key === item.key)) continue
      const next = withFiles(entry, (file) => (file.key === item.key ? fileOf(item) : file))
      const failed = item.state === 'failed' ? { ...next, state: 'failed' as const, problem: named(item) } : next
      hold(failed)
      changed(failed)
    }
  })

  function hold(entry: OutboxEntry): void {
    if (isComplete(entry) && !held.has(entry.id)) return
    held.set(entry.id, entry)
    leave ??= holdRole(roleOf(TAB), () => {})
  }

  function release(entry: OutboxEntry): void {
    held.delete(entry.id)
    useUploads.getState().release(filesOf(entry).map(({ key }) => key))
  }

  function retry(entry: OutboxEntry): void {
    const { items, retry } = useUploads.getState()
    const failed = missingOf(entry).filter(({ key }) => items[key]?.state === 'failed')
    if (missingOf(entry).some(({ key }) => items[key])) hold(entry)
    for (const { key } of failed) retry(key)
  }

  return {
    hold,
    release,

    current: (entry: OutboxEntry): OutboxEntry => held.get(entry.id) ?? entry,

    isOwn: (entry: OutboxEntry): boolean => held.has(entry.id),

    /** Of a message that is not complete: whether some tab still uploads its files. */
    async look(entry: OutboxEntry): Promise<'waiting' | 'lost'> {
      if (held.has(entry.id)) return 'waiting'
      const tabs = new Set(missingOf(entry).map(({ tab }) => tab))
      for (const tab of tabs) if (tab === TAB || !(await isHeld(roleOf(tab)))) return 'lost'
      return 'waiting'
    },

    lostProblem(entry: OutboxEntry): Problem {
      const names = missingOf(entry).map(({ name, isVoice }) => (isVoice ? 'The voice message' : `“${name}”`))
      const what =
        names.length > 2 ? `${names.length} files were` : `${names.join(' and ')} ${names.length > 1 ? 'were' : 'was'}`
      return {
        ...NO_CONNECTION,
        code: 'upload_incomplete',
        title: t`Upload lost`,
        detail: `${what} not uploaded before the page was closed.`,
      }
    },

    retry,

    /** Another tab has asked to send it once more. */
    heard(entry: OutboxEntry): void {
      if (entry.state === 'sending' && held.get(entry.id)?.state === 'failed') retry(entry)
    },

    drop(entry: OutboxEntry): void {
      held.delete(entry.id)
      const { items, remove } = useUploads.getState()
      for (const { key } of filesOf(entry)) if (items[key]) remove(key)
    },

    /** Null when nothing is left to be said. */
    without(entry: OutboxEntry, key: string): OutboxEntry | null {
      useUploads.getState().remove(key)
      if (entry.kind !== 'send') return entry
      const files = filesOf(entry).filter((file) => file.key !== key)
      if (files.length === 0 && entry.text === '') return null
      const rest: OutboxEntry = { ...entry, files, state: 'sending', problem: null }
      hold(rest)
      return rest
    },

    replaceLost(entry: OutboxEntry, items: readonly UploadItem[]): OutboxEntry {
      const rest = [...items]
      const next = withFiles(entry, (file) => {
        if (file.attachment || useUploads.getState().items[file.key]) return file
        const at = Math.max(
          0,
          rest.findIndex((item) => item.file.name === file.name),
        )
        const [item] = rest.splice(at, 1)
        return item ? fileOf(item) : file
      })
      const again: OutboxEntry = { ...next, state: 'sending', problem: null }
      if (missingOf(again).every(({ tab }) => tab === TAB)) hold(again)
      return again
    },

    forget(): void {
      held.clear()
      leave?.()
      leave = null
    },
  }
}

const missingOf = (entry: OutboxEntry): OutboxFile[] => filesOf(entry).filter(({ attachment }) => attachment === null)

/** All of its files are with the server. */
export const isComplete = (entry: OutboxEntry): boolean => missingOf(entry).length === 0

function withFiles(entry: OutboxEntry, change: (file: OutboxFile) => OutboxFile): OutboxEntry {
  return entry.kind === 'send' ? { ...entry, files: filesOf(entry).map(change) } : entry
}

/** Of several files it says which one. */
function named({ file, problem, isVoice }: UploadItem): Problem | null {
  return problem && { ...problem, detail: isVoice ? problem.detail : `“${file.name}”: ${problem.detail}` }
}
