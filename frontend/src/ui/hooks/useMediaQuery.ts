import { useCallback, useSyncExternalStore } from 'react'

/** Whether a CSS media query holds, as it changes. */
export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const media = matchMedia(query)
      media.addEventListener('change', changed)
      return () => media.removeEventListener('change', changed)
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches)
}

/** A finger and an on-screen keyboard: no hover, and a focused field hides half of the page. */
export const TOUCH = '(hover: none) and (pointer: coarse)'
