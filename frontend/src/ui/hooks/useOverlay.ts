import { useEffectEvent, useLayoutEffect } from 'react'
import { openOverlay } from '../../lib/overlayHistory.ts'

/**
 * Makes the component an overlay of the page for as long as it is mounted: Back (the button, the gesture, Alt+Left) closes it and
 * stays on the page. Lint asks for this hook in every file that shows a dialog or a menu.
 * @param onClose closes the overlay; it may ask the user first, and keep it open
 */
export function useOverlay(onClose: () => void): void {
  const close = useEffectEvent(onClose)
  useLayoutEffect(() => openOverlay(() => close()), [])
}
