import { useCallback, useSyncExternalStore } from 'react'

/** Returns whether a CSS media query matches, and renders again when that changes. */
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

/** Matches touch screens: there is no hover, and the on-screen keyboard hides half of the page. */
export const TOUCH = '(hover: none) and (pointer: coarse)'
