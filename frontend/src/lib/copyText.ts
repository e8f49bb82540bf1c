/** Puts a text on the clipboard. Resolves to false when the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // There is no clipboard on plain http other than localhost, as in a school's own network.
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'sr-only'
  area.readOnly = true
  document.body.append(area)
  area.select()
  // The old way is the only one there.
  // oxlint-disable-next-line typescript/no-deprecated
  const copied = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  return copied
}
