const KEY = 'parley-access'

/** Notes that this browser has just got an access token. All tabs share it, so the note is in localStorage. */
export function noteFreshAccess(): void {
  try {
    localStorage.setItem(KEY, String(Date.now()))
  } catch {
    // The storage is full or forbidden: each tab refreshes by itself.
  }
}

/** Returns the age of the browser's access token, in milliseconds; Infinity when unknown, also after a clock was set back. */
export function accessAge(): number {
  try {
    const age = Date.now() - Number(localStorage.getItem(KEY) ?? -Infinity)
    return age >= 0 ? age : Infinity
  } catch {
    return Infinity
  }
}
