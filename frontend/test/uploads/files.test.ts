import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  clock,
  extensionOf,
  shortenedName,
  spokenClock,
  summaryOf,
  attachmentLabel,
} from '../../src/uploads/file.format.ts'
import { fileSize } from '../../src/lib/format.ts'
import { middleCrop, movedCrop, pictureInSquare, zoomedCrop, ZOOM_MAX } from '../../src/pictures/pictureCrop.model.ts'
import { guessedKind } from '../../src/uploads/file.metadata.ts'
import { waveformOf } from '../../src/attachments/voice.recorder.ts'
import { attachment } from '../generators/media.ts'

describe('what is said of files', () => {
  test('sizes are short and count in steps of 1024, as the limits do', () => {
    expect([0, 1, 1023, 1024, 1536, 100 * 1024 * 1024, 5 * 1024 ** 3].map(fileSize)).toEqual([
      '0 bytes',
      '1 byte',
      '1,023 bytes',
      '1 kB',
      '1.5 kB',
      '100 MB',
      '5 GB',
    ])
  })

  test('times are those of a clock, and words for who listens', () => {
    expect([0, 12.7, 61, 3723, Number.NaN, Number.POSITIVE_INFINITY].map(clock)).toEqual([
      '0:00',
      '0:12',
      '1:01',
      '1:02:03',
      '0:00',
      '0:00',
    ])
    expect([0, 1, 61, 120].map(spokenClock)).toEqual(['0 seconds', '1 second', '1 minute 1 second', '2 minutes'])
  })

  test('a message without a text is told by what it brings', () => {
    const photo = attachment({ kind: 'image' })
    const plan = attachment({ kind: 'file', name: 'plan.pdf' })
    expect(attachmentLabel([])).toBe('')
    expect(attachmentLabel([photo])).toBe('Photo')
    expect(attachmentLabel([photo, photo])).toBe('2 photos')
    expect(attachmentLabel([photo, plan, plan])).toBe('3 files')
    expect(attachmentLabel([plan])).toBe('plan.pdf')
    expect(attachmentLabel([attachment({ kind: 'audio', isVoice: true, durationSeconds: 12.4 })])).toBe(
      'Voice message 0:12',
    )
    expect(summaryOf([photo], 'The garden')).toBe('Photo · The garden')
    expect(summaryOf([], 'The garden')).toBe('The garden')
  })

  test('names that are too long keep what tells their type, and their code points whole', () => {
    expect(shortenedName('plan.pdf', 20)).toBe('plan.pdf')
    expect(shortenedName('a very long name.tar.gz', 12)).toBe('a very l….gz')
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
        fc.integer({ min: 20, max: 40 }),
        (name, max) => [...shortenedName(name, max)].length <= max,
      ),
    )
  })

  test('the type is read from the name only where it tells one', () => {
    expect(['plan.PDF', 'Makefile', '.gitignore', 'خطة.docx', 'a.very-long-ending'].map(extensionOf)).toEqual([
      'PDF',
      '',
      '',
      'DOCX',
      '',
    ])
  })

  test('an SVG is never taken for a picture that can be drawn', () => {
    expect(
      ['image/png', 'image/svg+xml', 'video/mp4', 'audio/ogg', '', 'text/html'].map((type) => guessedKind({ type })),
    ).toEqual(['image', 'file', 'video', 'audio', 'file', 'file'])
  })

  test('a waveform has at most 64 values, from 0 to 100, whatever was heard', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 2000 }), (levels) => {
        const waveform = waveformOf(levels)
        expect(waveform).toHaveLength(Math.min(64, levels.length))
        for (const value of waveform) expect(value >= 0 && value <= 100).toBe(true)
      }),
    )
  })
})

describe('a crop', () => {
  const pictures = fc.record({ width: fc.integer({ min: 1, max: 8000 }), height: fc.integer({ min: 1, max: 8000 }) })
  const steps = fc.array(
    fc.oneof(
      fc.record({ dx: fc.double({ min: -2, max: 2, noNaN: true }), dy: fc.double({ min: -2, max: 2, noNaN: true }) }),
      fc.record({ zoom: fc.double({ min: 0.1, max: 20, noNaN: true }) }),
    ),
  )

  test('stays inside of the picture, however it is moved and zoomed', () => {
    fc.assert(
      fc.property(pictures, steps, (picture, given) => {
        let crop = middleCrop(picture)
        for (const step of given)
          crop = 'zoom' in step ? zoomedCrop(crop, picture, step.zoom) : movedCrop(crop, picture, step.dx, step.dy)
        const side = crop.size * Math.min(picture.width, picture.height)
        expect(crop.size).toBeGreaterThanOrEqual(1 / ZOOM_MAX)
        expect(crop.size).toBeLessThanOrEqual(1)
        expect(crop.x).toBeGreaterThanOrEqual(0)
        expect(crop.y).toBeGreaterThanOrEqual(0)
        expect(crop.x * picture.width + side).toBeLessThanOrEqual(picture.width + 1e-6)
        expect(crop.y * picture.height + side).toBeLessThanOrEqual(picture.height + 1e-6)
      }),
    )
  })

  test('begins with all of the shorter side, from the middle, and zooms around it', () => {
    const picture = { width: 400, height: 200 }
    expect(middleCrop(picture)).toEqual({ x: 0.25, y: 0, size: 1 })
    expect(zoomedCrop(middleCrop(picture), picture, 2)).toEqual({ x: 0.375, y: 0.25, size: 0.5 })
    expect(pictureInSquare({ x: 0.375, y: 0.25, size: 0.5 }, picture)).toEqual({
      inlineSize: '400.000%',
      left: '-150.000%',
      top: '-50.000%',
    })
  })
})
