import { act, renderHook } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { useDraft } from '../../src/drafts/useDraft.ts'
import { signIn } from '../helpers/chat.tsx'

beforeEach(() => void signIn())

const open = (saved = { name: 'Choir', description: 'Sings' }) =>
  renderHook((props: { name: string; description: string }) => useDraft('group:1', props), { initialProps: saved })

test('[E1] a form finds the typed texts again, and only the changed fields are typed ones', () => {
  const first = open()
  act(() => first.result.current.change({ description: 'Sings on Mondays' }))
  first.unmount()
  const again = open({ name: 'Big choir', description: 'Sings' })
  expect(again.result.current.values).toEqual({ name: 'Big choir', description: 'Sings on Mondays' })
  expect(again.result.current).toMatchObject({ isChanged: true, conflicts: [] })
  act(() => again.result.current.clear())
  expect(again.result.current).toMatchObject({ isChanged: false, values: { description: 'Sings' } })
})

test('[E1] a text that was saved elsewhere meanwhile is a conflict, until the user chooses', () => {
  const { result, rerender } = open()
  act(() => result.current.change({ description: 'Sings on Mondays' }))
  rerender({ name: 'Choir', description: 'Sings on Fridays' })
  expect(result.current.conflicts).toEqual(['description'])
  act(() => result.current.change({ description: 'Sings on Mondays at 7' }))
  expect(result.current.conflicts).toEqual(['description'])
  act(() => result.current.keepMine())
  expect(result.current).toMatchObject({ conflicts: [], values: { description: 'Sings on Mondays at 7' } })
  rerender({ name: 'Choir', description: 'Silent' })
  expect(result.current.conflicts).toEqual(['description'])
  act(() => result.current.keepTheirs())
  expect(result.current).toMatchObject({ conflicts: [], isChanged: false, values: { description: 'Silent' } })
})

test('[E1] typing what is saved elsewhere too is no conflict', () => {
  const { result, rerender } = open()
  act(() => result.current.change({ name: 'Big choir' }))
  rerender({ name: 'Big choir', description: 'Sings' })
  expect(result.current).toMatchObject({ conflicts: [], isChanged: false })
})
