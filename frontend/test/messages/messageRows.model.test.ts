import type { Message } from 'backend/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildRows, type MessageRow, type Row } from '../../src/messages/messageRows.model.ts'
import type { PendingChange } from '../../src/timeline/timeline.model.ts'
import { id, message, problem } from '../generators/index.ts'

const me = id()
const kofi = id()

/** The hours are local time, as days are. */
const at = (day: number, hour: number, minute: number) => new Date(2026, 10, day, hour, minute).toISOString()
const said = (seq: number, senderId: string, createdAt: string) => message({ seq, senderId, createdAt })

function rowsOf(
  messages: Message[],
  newAfterSeq: number | null = null,
  changes: Record<number, PendingChange> = {},
): Row[] {
  return buildRows({ messages, pending: [], changes, ownId: me, newAfterSeq })
}

const kinds = (rows: Row[]) => rows.map(({ kind }) => kind)
const spoken = (rows: Row[]) => rows.filter((row): row is MessageRow => row.kind === 'message')

describe('the rows of a timeline', () => {
  test('one author within five minutes is one group [UX8]', () => {
    const rows = spoken(
      rowsOf([
        said(1, kofi, at(18, 9, 0)),
        said(2, kofi, at(18, 9, 5)),
        said(3, kofi, at(18, 9, 11)),
        said(4, me, at(18, 9, 11)),
      ]),
    )
    expect(rows.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ])
  })

  test('every day begins with its name, and midnight ends a group [UX7]', () => {
    const rows = rowsOf([said(1, kofi, at(18, 23, 59)), said(2, kofi, at(19, 0, 1)), said(3, kofi, at(19, 0, 2))])
    expect(kinds(rows)).toEqual(['top', 'day', 'message', 'day', 'message', 'message', 'bottom'])
    expect(spoken(rows)[1]?.first).toBe(true)
  })

  test('clocks that disagree around midnight do not begin a day twice', () => {
    const rows = rowsOf([said(1, kofi, at(19, 0, 0)), said(2, me, at(18, 23, 59)), said(3, kofi, at(19, 0, 1))])
    expect(kinds(rows).filter((kind) => kind === 'day')).toHaveLength(1)
  })

  test('the line stands before the first unread message of another user [UX4]', () => {
    const rows = rowsOf(
      [
        said(1, kofi, at(18, 9, 0)),
        said(2, me, at(18, 9, 1)),
        said(3, kofi, at(18, 9, 2)),
        said(4, kofi, at(18, 9, 3)),
      ],
      1,
    )
    expect(kinds(rows)).toEqual(['top', 'day', 'message', 'message', 'new', 'message', 'message', 'bottom'])
  })

  test('there is no line when only oneself has written since', () => {
    expect(kinds(rowsOf([said(1, kofi, at(18, 9, 0)), said(2, me, at(18, 9, 1))], 1))).not.toContain('new')
  })

  test('a message keeps its key when it arrives, and no other message can take it', () => {
    const entry = {
      clientMessageId: 'mine',
      conversationId: id(),
      text: 'Hello',
      files: [],
      order: 1,
      createdAt: at(18, 9, 0),
      state: 'sending' as const,
      problem: null,
    }
    const waiting = spoken(buildRows({ messages: [], pending: [entry], changes: {}, ownId: me, newAfterSeq: null }))[0]
    const [arrived, copied] = spoken(
      rowsOf([
        message({ senderId: me, clientMessageId: 'mine' }),
        message({ senderId: kofi, clientMessageId: 'mine', seq: 2 }),
      ]),
    )
    expect(arrived?.key).toBe(waiting?.key)
    expect(copied?.key).not.toBe(waiting?.key)
  })

  test('an edit on its way shows what it will say, a deletion on its way that it is gone, and a refused one what is still there', () => {
    const messages = [said(1, me, at(18, 9, 0)), said(2, me, at(18, 9, 1)), said(3, me, at(18, 9, 2))]
    const rows = spoken(
      rowsOf(messages, null, {
        1: { kind: 'edit', text: 'Better', state: 'sending', problem: null },
        2: { kind: 'delete', text: '', state: 'sending', problem: null },
        3: { kind: 'delete', text: '', state: 'failed', problem: problem() },
      }),
    )
    expect(rows.map(({ text, edited, deleted }) => [text, edited, deleted])).toEqual([
      ['Better', true, false],
      ['Hello', false, true],
      ['Hello', false, false],
    ])
  })

  const timelines = fc
    .array(fc.record({ own: fc.boolean(), pause: fc.integer({ min: 0, max: 30 * 3600 }) }), { maxLength: 40 })
    .map((steps) => {
      let time = Date.parse('2026-11-01T00:00:00Z')
      return steps.map(({ own, pause }, index) => {
        time += pause * 1000
        return said(index + 1, own ? me : kofi, new Date(time).toISOString())
      })
    })

  test('whatever was said is there once, in order, and every key differs', () => {
    fc.assert(
      fc.property(timelines, fc.option(fc.nat(40)), (messages, newAfterSeq) => {
        const rows = rowsOf(messages, newAfterSeq)
        expect(spoken(rows).map(({ seq }) => seq)).toEqual(messages.map(({ seq }) => seq))
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
      }),
    )
  })

  test('a group begins exactly where the one before it ends', () => {
    fc.assert(
      fc.property(timelines, (messages) => {
        const rows = spoken(rowsOf(messages))
        rows.forEach((row, index) => expect(row.first).toBe(rows[index - 1]?.last ?? true))
        expect(rows.at(-1)?.last ?? true).toBe(true)
      }),
    )
  })
})

const joined = (seq: number, createdAt: string) =>
  message({ seq, senderId: kofi, createdAt, kind: 'system', text: '', event: { kind: 'joinedByLink', memberCount: 3 } })

describe('what happened to a group', () => {
  test('is a line of its own, between which groups of one author end', () => {
    const rows = rowsOf([said(1, kofi, at(18, 9, 0)), joined(2, at(18, 9, 1)), said(3, kofi, at(18, 9, 1))])
    expect(kinds(rows)).toEqual(['top', 'day', 'message', 'system', 'message', 'bottom'])
    expect(spoken(rows).map(({ first, last }) => first && last)).toEqual([true, true])
  })

  test('is not new, nor is a deleted message: the line stands above the first one that waits for the reader', () => {
    const deleted = { ...said(3, kofi, at(18, 9, 2)), text: '', deletedAt: '2026-11-18T09:03:00.000Z' }
    const rows = [said(1, kofi, at(18, 9, 0)), joined(2, at(18, 9, 1)), deleted]
    expect(kinds(rowsOf(rows, 1))).toEqual(['top', 'day', 'message', 'system', 'message', 'bottom'])
    expect(kinds(rowsOf([...rows, said(4, kofi, at(18, 9, 4))], 1))).toEqual([
      'top',
      'day',
      'message',
      'system',
      'message',
      'new',
      'message',
      'bottom',
    ])
  })
})

test('hidden messages are not drawn, and bring neither a day nor the line above what is new', () => {
  const hidden = (seq: number, day: number) => ({ ...said(seq, kofi, at(day, 9, 0)), text: '', hidden: true })
  expect(kinds(rowsOf([said(1, kofi, at(18, 9, 0)), hidden(2, 19), hidden(3, 20)], 1))).toEqual([
    'top',
    'day',
    'message',
    'bottom',
  ])
  const rows = rowsOf([said(1, kofi, at(18, 9, 0)), hidden(2, 18), said(3, kofi, at(18, 9, 2))])
  expect(spoken(rows).map(({ first, last }) => [first, last])).toEqual([
    [true, false],
    [false, true],
  ])
})
