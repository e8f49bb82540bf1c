import { expect, test, vi } from 'vitest'
import { saveVersioned } from '../../src/drafts/versionedSave.action.ts'
import { offline, refusal } from '../helpers/page.tsx'

const outdated = () => refusal({ status: 409, code: 'outdated_revision' })
const known = { revision: 1, text: 'Old' }
const theirs = { revision: 2, text: 'Theirs' }

test('[E1] a save that another device overtook is sent again from the version of now, unless it conflicts', async () => {
  const send = vi.fn().mockRejectedValueOnce(outdated()).mockResolvedValue(undefined)
  const reread = vi.fn().mockResolvedValue(theirs)
  expect(await saveVersioned({ known, send, reread, isConflict: () => false })).toBe(true)
  expect(send.mock.calls).toEqual([[known], [theirs]])

  const refused = vi.fn().mockRejectedValue(outdated())
  const isConflict = vi.fn().mockReturnValue(true)
  expect(await saveVersioned({ known, send: refused, reread, isConflict })).toBe(false)
  expect(isConflict).toHaveBeenCalledWith(theirs)
  expect(refused).toHaveBeenCalledOnce()
})

test('[E1] another failure, and others who save without end, are thrown', async () => {
  const reread = vi.fn().mockResolvedValue(theirs)
  const lost = vi.fn().mockRejectedValue(offline())
  await expect(saveVersioned({ known, send: lost, reread, isConflict: () => false })).rejects.toThrow()
  expect(reread).not.toHaveBeenCalled()
  const busy = vi.fn().mockRejectedValue(outdated())
  await expect(saveVersioned({ known, send: busy, reread, isConflict: () => false })).rejects.toThrow()
  expect(busy).toHaveBeenCalledTimes(5)
})
