import { expect, test, vi } from 'vitest'
import { saveVersioned } from '../../src/drafts/versionedSave.action.ts'
import { offline, refusal } from '../helpers/page.tsx'

const outdated = () => refusal({ status: 409, code: 'outdated_revision' })
interface Version {
  revision: number
  text: string
}
type Send = (version: Version) => Promise<void>

const known: Version = { revision: 1, text: 'Old' }
const theirs = { revision: 2, text: 'Theirs' }

test('[E1] a save that another device overtook is sent again from the version of now, unless it conflicts', async () => {
  const send = vi.fn<Send>().mockRejectedValueOnce(outdated()).mockResolvedValue(undefined)
  const reread = vi.fn<() => Promise<Version>>().mockResolvedValue(theirs)
  expect(await saveVersioned({ known, send, reread, isConflict: () => false })).toBe(true)
  expect(send.mock.calls).toEqual([[known], [theirs]])

  const refused = vi.fn<Send>().mockRejectedValue(outdated())
  const isConflict = vi.fn<(version: Version) => boolean>().mockReturnValue(true)
  expect(await saveVersioned({ known, send: refused, reread, isConflict })).toBe(false)
  expect(isConflict).toHaveBeenCalledWith(theirs)
  expect(refused).toHaveBeenCalledOnce()
})

test('[E1] another failure, and others who save without end, are thrown', async () => {
  const reread = vi.fn<() => Promise<Version>>().mockResolvedValue(theirs)
  const noLine = offline()
  const lost = vi.fn<Send>().mockRejectedValue(noLine)
  await expect(saveVersioned({ known, send: lost, reread, isConflict: () => false })).rejects.toBe(noLine)
  expect(reread).not.toHaveBeenCalled()
  const last = outdated()
  const busy = vi.fn<Send>().mockRejectedValue(last)
  await expect(saveVersioned({ known, send: busy, reread, isConflict: () => false })).rejects.toBe(last)
  expect(busy).toHaveBeenCalledTimes(5)
})
