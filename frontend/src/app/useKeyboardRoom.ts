import { useEffect } from 'react'

/** A smaller difference than this is a toolbar of the browser, px. */
const KEYBOARD_MIN = 80

/**
 * Makes the page as high as the part above the on-screen keyboard. iOS lays the keyboard over the page, where other systems make the
 * window smaller.
 */
export function useKeyboardRoom(): void {
  useEffect(() => {
    const view = window.visualViewport
    if (!view) return undefined
    const { style } = document.documentElement
    const fit = (): void => {
      // A user who zooms in sees a part of the page that is small without a keyboard.
      const covered = view.scale > 1.01 ? 0 : innerHeight - view.height
      if (covered < KEYBOARD_MIN) style.removeProperty('--page-height')
      else {
        style.setProperty('--page-height', `${view.height}px`)
        scrollTo(0, 0)
      }
    }
    view.addEventListener('resize', fit)
    return () => {
      view.removeEventListener('resize', fit)
      style.removeProperty('--page-height')
    }
  }, [])
}
