/** The id of the scrolling region of an admin view. */
export const VIEW_ID = 'admin-view'

/** Focuses the view after a dialog closed, when the element that had the focus is gone, such as a deleted row. */
export function focusView(): void {
  setTimeout(() => document.getElementById(VIEW_ID)?.focus({ preventScroll: true }))
}
