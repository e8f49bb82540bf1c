import { t } from '@lingui/core/macro'

/** Returns the text that takes the place of a deleted message. */
export const deletedText = (): string => t`This message was deleted`

/** Stands in place of a deleted text. */
export function DeletedText() {
  return <span className="text-muted italic">{deletedText()}</span>
}
