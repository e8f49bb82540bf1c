import { expect, test } from 'vitest'
import type { MessageRow, Row } from '../../src/messages/messageRows.model.ts'
import { estimatedHeight } from '../../src/messageList/rowHeight.estimate.ts'

const message = (text: string): Row => ({ kind: 'message', text, attachments: [] }) as unknown as MessageRow
const times = (count: number, row: Row): Row[] => Array.from({ length: count }, () => row)

test('a list of tall texts is told how tall they are, so that it draws few of them', () => {
  const [long, many] = [message('W'.repeat(8000)), message(`a${'\n'.repeat(7998)}b`)]
  // A folded text has the height of the fold, however long it is.
  expect(estimatedHeight(times(40, long))).toBe(estimatedHeight(times(40, many)))
  expect(estimatedHeight(times(40, long))).toBeGreaterThan(400)
})

test('a list of usual texts, or of few, finds the height by itself', () => {
  expect(estimatedHeight(times(50, message('See you at half past seven')))).toBeUndefined()
  expect(estimatedHeight(times(5, message('W'.repeat(8000))))).toBeUndefined()
})
