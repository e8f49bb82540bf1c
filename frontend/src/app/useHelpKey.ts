import { useEffect } from 'react'

const FIELDS = [HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement]

/** Calls back when the user presses `?` outside a field, while no dialog is open. */
export function useHelpKey(show: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey) return
      if (FIELDS.some((field) => event.target instanceof field)) return
      if (document.querySelector('dialog[open]')) return
      event.preventDefault()
      show()
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [show])
}
