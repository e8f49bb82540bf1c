/**
 * Keeps the keys of an input method (Chinese, Japanese, Korean) from all handlers of the page: an Enter or Escape that ends a word neither
 * chooses, sends, clears nor closes anything, in any field. Returns a function that ends it.
 */
export function ignoreComposedKeys(): () => void {
  addEventListener('keydown', ignore, { capture: true })
  return () => removeEventListener('keydown', ignore, { capture: true })
}

function ignore(event: KeyboardEvent): void {
  // Safari reports the Enter that ends a composition after it, with key code 229.
  if (!event.isComposing && event.keyCode !== 229) return
  event.stopImmediatePropagation()
  // A dialog closes by the browser's own handling of Escape.
  if (event.key === 'Escape') event.preventDefault()
}
