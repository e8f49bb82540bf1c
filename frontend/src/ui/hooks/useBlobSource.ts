import { useCallback, type RefCallback } from 'react'

/** Returns a ref that shows a blob or a file in an image, a video or an audio element. */
export function useBlobSource(blob: Blob): RefCallback<HTMLImageElement | HTMLMediaElement> {
  return useCallback(
    (element: HTMLImageElement | HTMLMediaElement | null) => {
      if (!element) return
      const url = URL.createObjectURL(blob)
      element.src = url
      return () => {
        // Otherwise the element would keep reading from a revoked address.
        element.removeAttribute('src')
        if (element instanceof HTMLMediaElement) element.load()
        URL.revokeObjectURL(url)
      }
    },
    [blob],
  )
}
