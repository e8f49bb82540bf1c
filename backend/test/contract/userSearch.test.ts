import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold, searchRank, searchWords, userSearchKeys } from '../../src/contract/index.ts'

const rank = (search: string, ...names: string[]) => searchRank(userSearchKeys(...names), searchWords(search))

describe('[F] the search for users', () => {
  it.each([
    ['jean', 'Jean-Luc Picard', 'captain.p'],
    ['JEAN-L', 'Jean-Luc Picard', 'captain.p'],
    ['jeanluc', 'Jean-Luc Picard', 'captain.p'],
    ['luc pic', 'Jean-Luc Picard', 'captain.p'],
    ['picard jean', 'Jean-Luc Picard', 'captain.p'],
    ['Pïcárd', 'Jean-Luc Picard', 'captain.p'],
    ['@captain.p', 'Jean-Luc Picard', 'captain.p'],
    ['captain', 'Jean-Luc Picard', 'captain.p'],
    ['@person07', 'Ada', 'person07'],
    ['Müller Jörg', 'Jörg Müller', 'jm'],
    ['mueller', 'Jörg Müller', 'jm'],
    ['muller', 'Jörg Müller', 'jm'],
    ['joerg mueller', 'Jörg Müller', 'jm'],
    ['oedegard', 'Ødegård', 'od'],
    ['odegard', 'Ødegård', 'od'],
    ['odegaard', 'Ødegård', 'od'],
    ['lukasz', 'Łukasz Żółć', 'lz'],
    ['djokovic', 'Novak Đoković', 'nd'],
    ['strasse', 'Straße', 's'],
    ['obrien', "Pat O'Brien", 'pat'],
    ["o'brien", 'Pat OBrien', 'pat'],
    ['brien', 'Pat O’Brien', 'pat'],
    ['Петрова Нина', 'Нина Петрова', 'np'],
    ['김', '김민준', 'kim'],
    ['محمد', 'مُحَمَّد علي', 'mo'],
    ['שלום', 'שָׁלוֹם', 's'],
    ['🦊', '🦊 Fox', 'fox'],
    ['c++', 'C.U (C++) [x] {y} $^|?*\\', 'curly'],
    ['田', '田中 さくら', 'tanaka'],
    ['さく', '田中 さくら', 'tanaka'],
    ['สม', 'สมชาย ใจดี', 'somchai'],
    ['기', '김철수', 'kim'],
    ['𠮷', '𠮷野', 'han'],
    ['hal ghaxaq', 'Ħal Għaxaq', 'x'],
    ['naana tavvon', 'Ŋaaŋa Ŧavvon', 'x'],
    ['bala dan kano', 'Ɓala Ɗan Ƙano', 'x'],
    ['anne-marie', 'Anne–Marie', 'x'],
    ['علي كريمي', 'علی کریمی', 'x'],
    ['فاطمه', 'فاطمة', 'x'],
    ['οδυσσευς', 'Οδυσσεύς', 'x'],
    ['aero', 'Søren Ærø', 'x'],
  ])('finds by %j the words that begin so in %j', (search, ...names) => {
    expect(rank(search, ...names)).toBe(0)
  })

  it.each([
    ['card', 'Jean-Luc Picard'],
    ['太郎', '山田太郎'],
    ['민준', '김민준'],
    ['ใจดี', 'สมชายใจดี'],
    ['ller jö', 'Jörg Müller'],
    ['son07', 'person07'],
  ])('finds by %j the middle of a word in %j, after the words that begin so', (search, name) => {
    expect(rank(search, name)).toBe(1)
  })

  it.each([
    ['picardo', 'Jean-Luc Picard'],
    ['luc kirk', 'Jean-Luc Picard'],
    ['joe', 'John'],
    ['กัน', 'กิน'],
    ['かく', 'がく'],
    ['jeanlucpicard', 'Jean-Luc Picard'],
    ['.*', 'Ada'],
    ['ada|grace', 'Ada'],
    ['हुन', 'हिन'],
    ['', 'Ada'],
    [' . ', 'Ada'],
    ['@', 'Ada'],
    ['\u0301', 'Ada'],
  ])('does not find by %j the name %j', (search, name) => {
    expect(rank(search, name)).toBe(null)
  })

  it('finds every name by any part of any of its words, in any order', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(), (words, from, length) => {
        const keys = userSearchKeys(words.join(' '))
        const parts = searchWords(words.join(' ')).map((found) => {
          const letters = [...found]
          const start = from % letters.length
          return letters.slice(start, start + 1 + (length % letters.length)).join('')
        })
        // A part can begin with a mark that folds away on its own.
        fc.pre(parts.every((part) => fold(part) === part) && parts.length > 0)
        expect(searchRank(keys, searchWords(parts.toReversed().join(' ')))).not.toBe(null)
      }),
    )
  })

  it('has a bounded number of short keys for every name', () => {
    const keys = userSearchKeys('ﷺ '.repeat(40), 'äöüø'.repeat(20), 'x'.repeat(32))
    expect(keys.length).toBeLessThanOrEqual(200)
    expect(Math.max(...keys.map((key) => [...key].length))).toBeLessThanOrEqual(41)
    expect(searchWords('a b c d e f g h i j k l'.repeat(3)).length).toBe(8)
  })

  it('takes the last words of a name as far as the first, unless the name is longer than a name may be', () => {
    expect(rank('zuletzt', `${'ä'.repeat(60)} zuletzt`)).toBe(0)
  })
})
