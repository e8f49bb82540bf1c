import { useCallback } from 'react'
import { thumbHashToRGBA } from 'thumbhash'

/** Shows a blurred image of about 30 bytes until the image is loaded. On a canvas, because the page's policy allows no data: URL. */
export function Placeholder({ hash }: { hash: string }) {
  const draw = useCallback(
    (canvas: HTMLCanvasElement | null) => {
      const picture = canvas && decoded(hash)
      if (!picture) return
      canvas.width = picture.w
      canvas.height = picture.h
      canvas
        .getContext('2d')
        ?.putImageData(new ImageData(new Uint8ClampedArray(picture.rgba), picture.w, picture.h), 0, 0)
    },
    [hash],
  )
  return <canvas ref={draw} className="media-blur" aria-hidden="true" />
}

function decoded(hash: string): { w: number; h: number; rgba: Uint8Array } | null {
  try {
    return thumbHashToRGBA(Uint8Array.from(atob(hash), (letter) => letter.charCodeAt(0)))
  } catch {
    return null
  }
}
