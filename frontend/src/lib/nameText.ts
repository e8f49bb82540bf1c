import { cleanLine, hasPiledMarks, hasUnprintable, hasVisibleBase, MARKS_MAX } from 'backend/contract'
import { fieldText } from './fieldErrorText.ts'

/** Says which characters of a name the server would refuse. Returns undefined when it takes all. */
export function wrongCharacters(name: string): string | undefined {
  if (hasUnprintable(name.trim())) return fieldText('has_unprintable_characters')
  const cleaned = cleanLine(name)
  if (!hasVisibleBase(cleaned)) return fieldText('has_no_visible_character')
  return hasPiledMarks(cleaned) ? fieldText('has_piled_marks', { max: MARKS_MAX }) : undefined
}
