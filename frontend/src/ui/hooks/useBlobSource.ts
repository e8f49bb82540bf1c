import { useCallback } from 'react'

/** A `ref` that lets an image, a video or an audio show what the page holds in memory or may read from the disk. */
export function useBlobSource(blob: Blob) {
  return useCallback(
    (element: HTMLImageElement | HTMLMediaElement | null) => {
      if (!element) return
      const url = URL.createObjectURL(blob)
      element.src = url
      return () => {
        // Or else it would go on reading from an address that is no more.
        element.removeAttribute('src')
        if (element instanceof HTMLMediaElement) element.load()
        URL.revokeObjectURL(url)
      }
    },
    [blob],
  )
}
