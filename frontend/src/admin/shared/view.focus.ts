/** Of what scrolls in a view of the admin panel. */
export const VIEW_ID = 'admin-view'

/** For who works by keyboard: what had the focus is gone, such as the row that was deleted. Once the dialog that asked is closed. */
export function focusView(): void {
  setTimeout(() => document.getElementById(VIEW_ID)?.focus({ preventScroll: true }))
}
