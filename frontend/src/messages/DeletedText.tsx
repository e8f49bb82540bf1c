/** Stands in the place of a message whose text is gone. */
export const DELETED = 'This message was deleted'

export function DeletedText() {
  return <span className="text-muted italic">{DELETED}</span>
}
