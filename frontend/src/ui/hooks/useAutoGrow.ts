import { useLayoutEffect, useRef, type RefObject } from 'react'

/**
 * Returns a ref that keeps a textarea as high as its text, within the limits of its style sheet, in browsers without
 * `field-sizing`.
 */
export function useAutoGrow(): RefObject<HTMLTextAreaElement | null> {
  const field = useRef<HTMLTextAreaElement>(null)
  // After every render, because each change of the text renders.
  useLayoutEffect(() => {
    if (!field.current || CSS.supports('field-sizing', 'content')) return
    // Set by script: the page's content policy blocks style attributes.
    field.current.style.blockSize = 'auto'
    field.current.style.blockSize = `${field.current.scrollHeight}px`
  })
  return field
}
