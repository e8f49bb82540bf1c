import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { initials } from '../../src/people/avatar.format.ts'
import { ownUser } from '../generators/index.ts'
import { openPage } from '../helpers/page.tsx'
import { inPseudoLocale, textsOutsideCatalogue } from '../helpers/pseudoLocale.ts'

inPseudoLocale()

it.each(['/login', '/signup', '/reset/token'])('%s shows no text outside the catalogue', async (path) => {
  openPage(path, { user: null })
  await screen.findByRole('heading', { level: 1 })
  expect(textsOutsideCatalogue(SAMPLE)).toEqual([])
})

it('shows no text outside the catalogue in the navigation and on an unknown path', async () => {
  const user = ownUser({ role: 'admin' })
  openPage('/nowhere', { user })
  await screen.findByRole('heading', { level: 1 })
  expect(textsOutsideCatalogue([user.fullName, initials(user.fullName)])).toEqual([])
})

/** The product, the server, and the sample conversation beside the sign-in form, which is the same in every language. */
const SAMPLE = [
  'Parley',
  'localhost',
  'SB',
  'Siobhán Byrne',
  'Both inhalers are in the red bag, and I’m on the coach.',
  'Registers done. All 27 here.',
  'Leila Haddad',
]
