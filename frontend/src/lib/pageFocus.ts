/** Returns whether the user can see the page: its tab is shown and its window has the focus. */
export function hasPageFocus(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}
