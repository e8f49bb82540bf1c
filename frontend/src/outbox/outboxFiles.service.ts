import { plural, t } from '@lingui/core/macro'
import type { AttachmentId, Problem } from 'backend/contract'
import { problemText } from '../lib/problemText.ts'
import { isolate } from '../lib/isolate.ts'
import { newId } from '../lib/newId.ts'
import type { OutboxEntry, OutboxFile, SendEntry } from './outbox.storage.ts'
import { NO_CONNECTION, withText } from '../connection/problem.model.ts'
import { holdRole, isHeld } from '../lib/tabs.ts'
import { onUploadSettled, useUploads, type UploadItem } from '../uploads/uploads.store.ts'

/** The id of this page. Its uploads are lost when it is closed or reloaded. */
const TAB = newId()
const roleOf = (tab: string): string => `parley.uploads.${tab}`

/** Converts an upload to the file of a message in the outbox. */
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

/** Returns the ids of an entry's finished uploads, as a message takes them. */
export function idsOf(entry: SendEntry): { attachmentIds?: AttachmentId[] } {
  const ids = (entry.files ?? []).flatMap(({ attachment }) => attachment?.id ?? [])
  return ids.length > 0 ? { attachmentIds: ids } : {}
}

/** Connects waiting messages with their uploads. `changed` gets an entry to store and, when it is complete, to send. */
export function createFilesOfMessages(changed: (entry: OutboxEntry) => void) {
  /** Entries whose files this tab uploads, in their newest state: the disk may be a moment behind. Removed when sent or dropped. */
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

    /** Returns whether an open tab still uploads the files of an incomplete message. */
    async look(entry: OutboxEntry): Promise<'waiting' | 'lost'> {
      if (held.has(entry.id)) return 'waiting'
      const tabs = new Set(missingOf(entry).map(({ tab }) => tab))
      for (const tab of tabs) if (tab === TAB || !(await isHeld(roleOf(tab)))) return 'lost'
      return 'waiting'
    },

    lostProblem: (entry: OutboxEntry): Problem => ({
      ...NO_CONNECTION,
      code: 'upload_incomplete',
      title: t`Upload lost`,
      detail: lostDetail(missingOf(entry)),
    }),

    retry,

    /** Retries the failed uploads when another tab asked to send the entry again. */
    heard(entry: OutboxEntry): void {
      if (entry.state === 'sending' && held.get(entry.id)?.state === 'failed') retry(entry)
    },

    drop(entry: OutboxEntry): void {
      held.delete(entry.id)
      const { items, remove } = useUploads.getState()
      for (const { key } of filesOf(entry)) if (items[key]) remove(key)
    },

    /** Removes a file from an entry. Returns null when neither text nor file is left. */
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

/** Returns whether the server has all files of the entry. */
export const isComplete = (entry: OutboxEntry): boolean => missingOf(entry).length === 0

function withFiles(entry: OutboxEntry, change: (file: OutboxFile) => OutboxFile): OutboxEntry {
  return entry.kind === 'send' ? { ...entry, files: filesOf(entry).map(change) } : entry
}

function lostDetail(files: readonly OutboxFile[]): string {
  const [first = '', second] = files.map(({ name }) => isolate(name))
  if (files.length > 2)
    return plural(files.length, {
      one: '# file was not uploaded before the page was closed.',
      other: '# files were not uploaded before the page was closed.',
    })
  if (second !== undefined) return t`“${first}” and “${second}” were not uploaded before the page was closed.`
  // A voice message is always alone.
  if (files[0]?.isVoice) return t`The voice message was not uploaded before the page was closed.`
  return t`“${first}” was not uploaded before the page was closed.`
}

/** Adds the file's name to its problem: a message may have several files. Names are marked by `isolate`. */
function named({ file, problem, isVoice }: UploadItem): Problem | null {
  if (!problem || isVoice) return problem
  const name = isolate(file.name)
  const reason = problemText(problem)
  return withText(problem, t`“${name}”: ${reason}`)
}
