import { expect, test } from 'vitest'
import { kindOfPaste } from '../../src/attachments/paste.model.ts'

const picture = new File(['x'], 'image.png', { type: 'image/png' })
const report = new File(['x'], 'report.pdf')

test.each([
  ['a text', { text: 'Hello', html: '', files: [] }, 'text'],
  ['a copied picture', { text: '', html: '<img src="a.png">', files: [picture] }, 'files'],
  [
    'cells of a spreadsheet, with a picture of them',
    { text: 'a\tb', html: '<table></table>', files: [picture] },
    'text',
  ],
  [
    'a text whose words name the picture',
    { text: 'See image.png below', html: '<b>See</b>', files: [picture] },
    'text',
  ],
  ['a text around a picture', { text: 'Hello', html: '<p>Hello<img src="a.png"></p>', files: [picture] }, 'both'],
  ['a file without a name', { text: 'Hello', html: '', files: [new File(['x'], '')] }, 'text'],
  ['files of a file manager', { text: '/home/a/report.pdf\nimage.png', html: '', files: [report, picture] }, 'files'],
  ['a file of Windows', { text: 'C:\\a\\report.pdf', html: '', files: [report] }, 'files'],
] as const)('[E16] pasting %s', (_, pasted, kind) => {
  expect(kindOfPaste(pasted)).toBe(kind)
})
